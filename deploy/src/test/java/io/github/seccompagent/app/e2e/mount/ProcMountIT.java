package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares a proc that the agent mounted at /root with the one that the runtime mounted at /proc. */
class ProcMountIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    @ParameterizedTest
    @EnumSource
    void showsTheContainersProcesses(OciRuntime runtime) {
        try (OciContainer container = withProc(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(container.shell("cat /root/1/cmdline | tr '\\0' ' '").orFail())
                    .isEqualTo("sleep 1000000");
            assertThat(container.shell("cd /root; ls -d [0-9]*").orFail().lines())
                    .contains("1")
                    .hasSizeBetween(2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hidesWhatTheRuntimeHides(OciRuntime runtime) {
        try (OciContainer container = withProc(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(contents(container, "/root"))
                    .contains("keys: 0 bytes", "timer_list: 0 bytes", "acpi: 0 entries")
                    .isEqualTo(contents(container, "/proc"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isCoveredWhereTheRuntimesIs(OciRuntime runtime) {
        try (OciContainer container = withProc(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(mountsBelow(container, "/root", "."))
                    .contains("keys", "sys")
                    .isEqualTo(mountsBelow(container, "/proc", "."));
            assertThat(mountsBelow(container, "/root", "^proc ro,"))
                    .contains("bus", "fs", "irq", "sys")
                    .isEqualTo(mountsBelow(container, "/proc", "^proc ro,"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void cannotBeWrittenWhereTheRuntimesCannot(OciRuntime runtime) {
        try (OciContainer container = withProc(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(container
                            .shell("echo '|/x' >/root/sys/kernel/core_pattern")
                            .err())
                    .isEqualTo("sh: can't create /root/sys/kernel/core_pattern: Read-only file system\n");
            // Not every kernel has this file.
            assertThat(container.shell("cd /root; echo h >sysrq-trigger").err())
                    .isEqualTo(
                            container.shell("cd /proc; echo h >sysrq-trigger").err())
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void cannotBeTakenApart(OciRuntime runtime) {
        try (OciContainer container = withProc(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(container.shell("umount /root/keys").status()).isNotZero();
            assertThat(container.shell("mount -o remount,rw /root/sys").status())
                    .isNotZero();
            assertThat(container.shell("wc -c </root/keys").orFail()).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheFlagsOfTheCall(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()))) {
            container
                    .shell("mount -t proc -o nosuid,nodev,noexec,ro proc /root")
                    .orFail();

            assertThat(container.shell("grep ' /root ' /proc/mounts").orFail())
                    .startsWith("proc /root proc ro,nosuid,nodev,noexec,relatime");
        }
    }

    @ParameterizedTest
    @EnumSource
    void worksInAUserNamespace(OciRuntime runtime) {
        try (OciContainer container =
                withProc(runtime, OciBundle.notifying(AGENT.socket()).userNamespace())) {
            assertThat(container.shell("cat /root/1/cmdline | tr '\\0' ' '").orFail())
                    .isEqualTo("sleep 1000000");
            assertThat(container.shell("wc -c </root/keys").orFail()).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotForOtherUsersThanRoot(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(container.shellAs(1000, "mount -t proc proc /root").status())
                    .isNotZero();
            assertThat(container.shell("grep -c ' /root ' /proc/mounts").out()).isEqualTo("0\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherFilesystemsAreNot(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()))) {
            assertThat(container.shell("mount -t tmpfs tmpfs /root").err()).contains("permission denied");
            assertThat(container.shell("mount --bind /bin /root").err()).contains("permission denied");
        }
    }

    private static OciContainer withProc(OciRuntime runtime, OciBundle bundle) {
        OciContainer container = OciContainer.start(runtime, bundle);
        try {
            container.shell("mount -t proc proc /root").orFail();
            return container;
        } catch (RuntimeException | AssertionError e) {
            container.close();
            throw e;
        }
    }

    /** The size of each masked file, and the number of entries of each masked folder. */
    private static String contents(OciContainer container, String proc) {
        String names = String.join(" ", OciBundle.MASKED).replace("/proc/", "");
        return container
                .shell("cd " + proc + "; for f in " + names + "; do"
                        + " if [ -d $f ]; then echo $f: $(ls -A $f | wc -l) entries;"
                        + " elif [ -e $f ]; then echo $f: $(head -c 1 $f | wc -c) bytes; fi; done")
                .orFail();
    }

    /** The mounts inside of a proc whose type and options match {@code pattern}. */
    private static List<String> mountsBelow(OciContainer container, String proc, String pattern) {
        return container
                .shell("while read -r source place type options rest; do"
                        + " case $place in " + proc + "/*)"
                        + " echo \"$type $options\" | grep -q '" + pattern + "' && echo ${place#" + proc + "/};; esac;"
                        + " done </proc/mounts")
                .out()
                .lines()
                .sorted()
                .toList();
    }
}
