package io.github.seccompagent.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreezableCgroupTest {
    private static final String ID = "abcdefabcdefabcdefabcdefabcdefab";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kubepods/besteffort/pod1-2/" + ID,
                "/kubepods.slice/kubepods-pod1_2.slice/cri-containerd-" + ID + ".scope",
                "/machine.slice/libpod-" + ID + ".scope/container",
                "/" + ID
            })
    void runtimesNameTheCgroupAfterTheContainer(String path) {
        assertThat(FreezableCgroup.isNamedAfter(path, ID)).isTrue();
    }

    @Test
    void aShortIdBehindAPrefixIsThereByChance() {
        assertThat(FreezableCgroup.isNamedAfter("/user.slice/session-1.scope", "1"))
                .isFalse();
        assertThat(FreezableCgroup.isNamedAfter("/a/1", "1")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/user.slice/session-1.scope",
                "/x" + ID,
                "/" + ID + "x",
                "/" + ID + ".slice",
                "/" + ID + "/below",
                "/"
            })
    void othersHaveOtherNames(String path) {
        assertThat(FreezableCgroup.isNamedAfter(path, ID)).isFalse();
    }
}
