package io.github.seccompagent.app.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.resolver.Device;
import io.github.seccompagent.resolver.Handlers;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers without CAP_MKNOD get the granted devices. For all others, they get what the kernel gives them. */
class MknodIT {
    private static final Set<Device> GRANTED =
            Set.of(Device.NULL, Device.ZERO, Device.FULL, Device.RANDOM, Device.URANDOM, Device.TTY, Device.CONSOLE);
    private static final String REFUSED = "mknod: /x: Operation not permitted\n";

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> handlers.on("mknod", Handlers.mknod(GRANTED)));

    @AutoClose
    private static final AgentProcess BY_THE_KERNEL = AgentProcess.start("none");

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket()).notified("mknod", "mknodat").without("CAP_MKNOD");
    }

    private static OciBundle bundleWithoutGrants() {
        return OciBundle.notifying(BY_THE_KERNEL.socket())
                .notified("mknod", "mknodat")
                .without("CAP_MKNOD");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsGranted(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, bundle())) {
            assertThat(container.shell("""
                                    umask 027
                                    cd /home
                                    mknod null c 1 3; mknod zero c 1 5; mknod full c 1 7; mknod random c 1 8
                                    mknod urandom c 1 9; mknod tty c 5 0; mknod console c 5 1
                                    stat -c '%n %F %t:%T %a %u:%g' *
                                    echo x >null
                                    head -c 3 zero | od -An -tx1
                                    """).orFail()).isEqualTo("""
                            console character special file 5:1 640 0:0
                            full character special file 1:7 640 0:0
                            null character special file 1:3 640 0:0
                            random character special file 1:8 640 0:0
                            tty character special file 5:0 640 0:0
                            urandom character special file 1:9 640 0:0
                            zero character special file 1:5 640 0:0
                             00 00 00""".stripIndent());
        }
    }

    /** mem, null as a block device, a disk, and numbers that differ from the granted ones only in their upper bits. */
    @ParameterizedTest
    @EnumSource
    void whatIsNot(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, bundle());
                OciContainer other = OciContainer.start(runtime, bundleWithoutGrants())) {
            for (String device : new String[] {"c 1 1", "b 1 3", "b 7 0", "c 257 3", "c 1 259"}) {
                assertThat(container.shell("mknod /x " + device).err())
                        .as(device)
                        .isEqualTo(REFUSED);
                assertThat(other.shell("mknod /x " + device).err()).as(device).isEqualTo(REFUSED);
            }
            assertThat(other.shell("mknod /x c 1 3").err()).isEqualTo(REFUSED);
        }
    }

    /** A whiteout of overlayfs, a FIFO, a socket and a file need no grant. */
    @ParameterizedTest
    @EnumSource
    void whatAnybodyMayMake(OciRuntime runtime) {
        String script = "cd /home; mknod whiteout c 0 0; mknod fifo p; stat -c '%n %F %t:%T' *";
        String made = "fifo fifo 0:0\nwhiteout character special file 0:0";
        try (OciContainer container = OciContainer.start(runtime, bundle());
                OciContainer other = OciContainer.start(runtime, bundleWithoutGrants())) {
            assertThat(container.shell(script).orFail()).isEqualTo(made);
            assertThat(other.shell(script).orFail()).isEqualTo(made);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereTheCallerMayNotMakeAnything(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, bundle().without("CAP_DAC_OVERRIDE"))) {
            container.makeFolder("/theirs", 1000, 1000, "755");

            assertThat(container.shell("mknod /theirs/x c 1 3").err())
                    .isEqualTo("mknod: /theirs/x: Permission denied\n");
            assertThat(container
                            .shell("mknod /home/x c 1 3; mknod /home/x c 1 3")
                            .err())
                    .isEqualTo("mknod: /home/x: File exists\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void callersWhoAreNotRoot(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, bundle())) {
            container.makeFolder("/own", 1000, 1000, "755");

            assertThat(container.shellAs(1000, "mknod /own/x c 1 3").err())
                    .isEqualTo("mknod: /own/x: Operation not permitted\n");
            container.shellAs(1000, "mknod /own/whiteout c 0 0").orFail();
            assertThat(container.shell("unshare -U -r mknod /home/x c 1 3").err())
                    .isEqualTo("mknod: /home/x: Operation not permitted\n");
        }
    }

    /** Limits of resolvers/README.md: a caller in its own user namespace gets no device nodes from the kernel. */
    @ParameterizedTest
    @EnumSource
    void callersInAUserNamespaceOfTheirOwn(OciRuntime runtime) {
        try (OciContainer container = OciContainer.start(runtime, bundle().userNamespace())) {
            container.makeFolder("/own", OciBundle.FIRST_ID, OciBundle.FIRST_ID, "755");

            assertThat(container.shell("mknod /own/x c 1 3").err())
                    .isEqualTo("mknod: /own/x: Operation not permitted\n");
            container.shell("mknod /own/fifo p").orFail();
        }
    }
}
