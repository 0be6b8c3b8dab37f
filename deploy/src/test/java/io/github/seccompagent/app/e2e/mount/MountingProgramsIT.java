package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Command;
import org.junit.jupiter.api.Test;

/** The machine's own programs that mount things work in a container without CAP_SYS_ADMIN. */
class MountingProgramsIT {
    private static Command.Result run(String resolver, String line) {
        return Command.run(
                AgentProcess.program(),
                "run",
                "--log=warn",
                "--resolver=" + resolver,
                "--metadata=MOUNT_PROC=true",
                "--metadata=MOUNT_OTHER_FS_LIST=tmpfs",
                "--",
                "sh",
                "-c",
                line);
    }

    @Test
    void mountOfUtilLinux() {
        String line =
                "/bin/mount -t tmpfs -o size=1m,noexec,mode=700 mine /mnt; findmnt -no SOURCE,FSTYPE,OPTIONS /mnt;"
                        + " /bin/umount /mnt; findmnt /mnt || echo gone;"
                        + " /bin/mount -t proc proc /mnt && findmnt -no FSTYPE /mnt";

        assertThat(run("metadata", line).orFail().replaceAll(" +", " "))
                .isEqualTo("mine tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=700\ngone\nproc");
    }

    /**
     * For a proc in the caller's own user namespace the kernel decides. It refuses here, because the container's proc
     * is masked.
     */
    @Test
    void unshareGetsWhatItGetsWithoutAnAgent() {
        String line = "unshare -Urpf --mount-proc sh -c 'echo proc';"
                + " unshare -Urm sh -c 'mount -t tmpfs none /mnt && echo tmpfs'";

        Command.Result without = run("none", line);

        assertThat(without.out()).isEqualTo("tmpfs\n");
        assertThat(run("metadata", line)).isEqualTo(without);
        assertThat(run("pass-through", line)).isEqualTo(without);
    }
}
