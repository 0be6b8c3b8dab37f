package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Cgroup;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A device that a container's device cgroup denies stays denied on behalf, whatever capabilities the container has.
 * Each container does the same with an agent that makes its calls, and with one that leaves them to the kernel.
 */
class DeviceCgroupIT {
    private static final String[] CALLS = {"mknod", "mknodat", "open", "openat"};
    private static final String DENIED = "Operation not permitted";

    @AutoClose
    private static final AgentProcess ON_BEHALF = AgentProcess.start("pass-through");

    @AutoClose
    private static final AgentProcess BY_THE_KERNEL = AgentProcess.start("none");

    private static OciBundle bundle(AgentProcess agent) {
        return OciBundle.notifying(agent.socket()).notified(CALLS).metadata("PASS_OPEN=true");
    }

    /** Runtimes let a container make any node, but open only the usual devices: null, and not kmsg. */
    private static String whatARuntimeDenies(AgentProcess agent) {
        try (OciContainer container =
                OciContainer.start(OciRuntime.RUNC, bundle(agent).usualDevicesOnly())) {
            Command.run("mknod", container.rootfs().resolve("image").toString(), "c", "1", "11")
                    .orFail();
            return container.shell("""
                            mknod /null c 1 3 && echo null made
                            (: >/null) && echo null opened
                            mknod /kmsg c 1 11 && echo kmsg made
                            (: >/kmsg) && echo kmsg opened
                            (: >/image) && echo kmsg of the image opened
                            """).output();
        }
    }

    @Test
    void whatARuntimeDeniesIsDenied() {
        String expected = """
                null made
                null opened
                kmsg made
                sh: can't create /kmsg: %1$s
                sh: can't create /image: %1$s
                """;
        assertThat(sorted(whatARuntimeDenies(BY_THE_KERNEL))).isEqualTo(sorted(expected.formatted(DENIED)));
        assertThat(sorted(whatARuntimeDenies(ON_BEHALF))).isEqualTo(sorted(expected.formatted(DENIED)));
    }

    /** Compares the two outputs in any order of lines. */
    private static String sorted(String lines) {
        return String.join("\n", lines.lines().sorted().toList());
    }

    /** The first process waits until it is in a cgroup that denies zero, and allows null. */
    private static String whatACgroupDenies(OciRuntime runtime, AgentProcess agent) throws IOException {
        String script = """
                until [ -e /go ]; do :; done
                {
                  mknod /null c 1 3 && echo null made
                  (: </null) && echo null opened
                  mknod /zero c 1 5 && echo zero made
                  (: </image) && echo zero of the image opened
                } >/result 2>&1
                mv /result /done
                exec sleep 1000000
                """;
        try (Cgroup cgroup = Cgroup.create(Cgroup.Hierarchy.ofVersion2(), "denied");
                OciContainer container =
                        OciContainer.start(runtime, bundle(agent).command("sh", "-c", script))) {
            Command.run(TestPrograms.DENY_DEVICE.toString(), cgroup.folder().toString(), "1", "5")
                    .orFail();
            cgroup.add(container.pid());
            Path root = container.rootfs();
            Command.run("mknod", root.resolve("image").toString(), "c", "1", "5")
                    .orFail();
            Files.createFile(root.resolve("go"));
            Path done = root.resolve("done");
            Await.until("the script's end").until(() -> Files.exists(done));
            return Files.readString(done);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatACgroupDeniesIsDenied(OciRuntime runtime) throws IOException {
        String expected = """
                null made
                null opened
                mknod: /zero: %1$s
                sh: can't open /image: %1$s
                """;
        assertThat(whatACgroupDenies(runtime, BY_THE_KERNEL)).isEqualTo(expected.formatted(DENIED));
        assertThat(whatACgroupDenies(runtime, ON_BEHALF)).isEqualTo(expected.formatted(DENIED));
    }
}
