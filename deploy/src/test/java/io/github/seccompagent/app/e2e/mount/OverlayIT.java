package io.github.seccompagent.app.e2e.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An overlay can have as many layers as image tools make, with and without a folder to write to. */
class OverlayIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    @ParameterizedTest
    @CsvSource({"2, false", "2, true", "20, false", "20, true"})
    void layers(int count, boolean userNamespace) {
        OciBundle bundle = userNamespace ? bundle().userNamespace() : bundle();
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            String layers = "mount -t tmpfs none /home; cd /home; mkdir all upper work; list=; n=0;"
                    + " while [ $n -lt " + count + " ]; do l=a-layer-with-a-long-name-$n; mkdir $l; echo $n >$l/$n;"
                    + " list=$l:$list; n=$((n + 1)); done;"
                    + " mount -t overlay overlay -o lowerdir=${list%:},upperdir=upper,workdir=work all;";

            assertThat(container
                            .shell(layers + "cat all/0 all/1; ls all | wc -l; echo >all/x; ls upper")
                            .orFail())
                    .isEqualTo("0\n1\n" + count + "\nx");
        }
    }

    /** Markers that hide a folder of a lower layer are stored in a way that the mount's own privileges allow. */
    @Test
    void aFolderMadeInThePlaceOfALowerOne() {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle())) {
            String layers =
                    "mount -t tmpfs none /home; cd /home; mkdir all upper work lower lower/d; echo x >lower/d/old;"
                            + " mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work all;";

            assertThat(container
                            .shell(layers + "rm -r all/d; mkdir all/d; ls all/d; umount all;"
                                    + " mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work all;"
                                    + " ls all/d;"
                                    + " echo y >all/d/new; ls all/d lower/d")
                            .orFail())
                    .isEqualTo("all/d:\nnew\n\nlower/d:\nold");
        }
    }

    /**
     * An overlay opens files of its layers with the credentials of whoever made it. With CAP_SYS_ADMIN outside of the
     * overlay, some files would show more than the caller may see, and the kernel would show what lies below other
     * mounts.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", ",upperdir=/root/upper,workdir=/root/work"})
    void itsCredentialsAreNoMoreThanTheCallers(String more) {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle())) {
            container
                    .shell("mount -t tmpfs none /home; mkdir /home/secret; echo x >/home/secret/below;"
                            + " echo x >/home/seen;"
                            + " mount -t tmpfs none /root; cd /root; mkdir empty upper work all")
                    .orFail();
            String overlay = "mount -t overlay overlay -o lowerdir=/home:/root/empty" + more + " /root/all";
            assertThat(container
                            .shell(overlay + " && cat /root/all/seen && umount /root/all")
                            .orFail())
                    .isEqualTo("x");

            container.shell("mount -t tmpfs none /home/secret").orFail();

            assertThat(container.shell(overlay + "; cat /root/all/secret/below").out())
                    .isEmpty();
            assertThat(container.shell("grep -c ' /root/all ' /proc/mounts").out())
                    .isEqualTo("0\n");
        }
    }

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket())
                .notified("mount", "umount2")
                .metadata("MOUNT_OTHER_FS_LIST=overlay,tmpfs");
    }
}
