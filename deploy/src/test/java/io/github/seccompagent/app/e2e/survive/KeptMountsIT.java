package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.ShellSession;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent is killed. What it had mounted for a container can still be taken off, and nothing else can. */
class KeptMountsIT {
    private static final String REFUSED = "Operation not permitted";

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private OciBundle bundle(KeptAgent agent) {
        return OciBundle.notifying(agent.socket())
                .notified("mount", "umount", "umount2")
                .metadata("MOUNT_PROC=true\nMOUNT_OTHER_FS_LIST=tmpfs")
                .bind(folder.path(), "/bound");
    }

    @ParameterizedTest
    @EnumSource
    void aMountThatWasGrantedBefore(OciRuntime runtime) {
        try (KeptAgent agent = KeptAgent.start("metadata");
                OciContainer container = OciContainer.start(runtime, bundle(agent))) {
            container
                    .shell("mkdir /a /b /c /p; for n in a b c; do mount -t tmpfs none /$n || exit 1; done;"
                            + " mount -t proc none /p")
                    .orFail();
            container.shell("umount /c").orFail();
            agent.kill();
            assertThat(container.shell("umount /bound").err()).contains(REFUSED);
            assertThat(container.shell("umount /proc/acpi").err()).contains(REFUSED);
            assertThat(container.shell("umount /c").err()).isNotEmpty();
            container.shell("umount /a && mkdir /e && mount -t tmpfs none /e").orFail();
            agent.kill();

            container.shell("umount -l /p && umount /b && umount /e").orFail();
            assertThat(container.shell("umount /bound").err()).contains(REFUSED);
            assertThat(container.shell("grep -cE ' /(a|b|c|e|p) ' /proc/mounts").out())
                    .isEqualTo("0\n");
        }
    }

    /** The container's first process made the mount. */
    @Test
    void aMountOfTheFirstProcess() {
        try (KeptAgent agent = KeptAgent.start("metadata");
                OciContainer container = OciContainer.startWithShell(OciRuntime.CRUN, bundle(agent));
                ShellSession executed = container.execShell()) {
            container.console().type("mkdir /a /b; mount -t tmpfs none /a; mount -t tmpfs none /b");
            agent.kill();

            executed.type("umount /a && echo d''one");
            assertThat(executed.transcript()).contains("done");
            container.console().type("umount /b && echo d''one");
            assertThat(container.console().transcript()).contains("done");
        }
    }

    /** Mounts of one container are not those of another one. */
    @Test
    void anotherContainersMountStays() {
        try (KeptAgent agent = KeptAgent.start("metadata");
                OciContainer one = OciContainer.start(OciRuntime.CRUN, bundle(agent));
                OciContainer other = OciContainer.start(OciRuntime.RUNC, bundle(agent))) {
            one.shell("mkdir /a; mount -t tmpfs none /a").orFail();
            other.shell("mkdir /b; mount -t tmpfs none /b").orFail();
            agent.kill();

            assertThat(one.shell("umount /bound").err()).contains(REFUSED);
            assertThat(other.shell("umount /bound").err()).contains(REFUSED);
            one.shell("umount /a").orFail();
            other.shell("umount /b").orFail();
        }
    }
}
