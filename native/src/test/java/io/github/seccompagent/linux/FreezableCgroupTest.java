package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreezableCgroupTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kubepods/besteffort/pod1-2/abc",
                "/kubepods.slice/kubepods-pod1_2.slice/cri-containerd-abc.scope",
                "/machine.slice/libpod-abc.scope/container",
                "/abc"
            })
    void runtimesNameTheCgroupAfterTheContainer(String path) {
        assertThat(FreezableCgroup.isNamedAfter(path, "abc")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/user.slice/session-1.scope", "/abcd", "/xabc", "/abc.slice", "/"})
    void othersHaveOtherNames(String path) {
        assertThat(FreezableCgroup.isNamedAfter(path, "abc")).isFalse();
    }
}
