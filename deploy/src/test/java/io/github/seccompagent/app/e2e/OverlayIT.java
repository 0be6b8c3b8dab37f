package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An overlay of as many layers as tools for images make, with and without a folder to write to. */
class OverlayIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("metadata");

    @ParameterizedTest
    @CsvSource({"2, false", "2, true", "20, false", "20, true"})
    void layers(int count, boolean userNamespace) {
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .notified("mount", "umount2")
                .metadata("MOUNT_OTHER_FS_LIST=overlay,tmpfs");
        try (OciContainer container =
                OciContainer.start(OciRuntime.RUNC, userNamespace ? bundle.userNamespace() : bundle)) {
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
}
