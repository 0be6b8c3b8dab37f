package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodCgroupTest {
    private static final String UID = "0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0::/kubepods/burstable/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/3f1a",
                "12:memory:/kubepods/besteffort/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/3f1a\n0::/",
                "0::/kubepods.slice/kubepods-burstable.slice/"
                        + "kubepods-burstable-pod0bb8c7d4_0a3e_4b0e_9b8f_2f3c0de4a6ff.slice/cri-containerd-3f1a.scope",
                "0::/kubepods.slice/kubepods-pod0bb8c7d4_0a3e_4b0e_9b8f_2f3c0de4a6ff.slice/crio-3f1a.scope/container",
                "3:cpu,cpuacct:/system.slice/x.service/"
                        + "kubepods-besteffort-pod0bb8c7d4_0a3e_4b0e_9b8f_2f3c0de4a6ff.slice"
                        + ":cri-containerd:3f1a\n"
                        + "0::/../../kubelet/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/3f1a",
            })
    void ofAPod(String cgroups) {
        assertThat(PodCgroup.uidIn(cgroups, "3f1a")).contains(UID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0::/kubepods/burstable/pod3f5e1b2c9a8d47e6b1c0d2e3f4a5b6c7/3f1a"})
    void ofAStaticPod(String cgroups) {
        assertThat(PodCgroup.uidIn(cgroups, "3f1a")).contains("3f5e1b2c9a8d47e6b1c0d2e3f4a5b6c7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0::/",
                "0::/user.slice/user-0.slice/session-1.scope",
                "0::/machine.slice/libpod-0bb8c7d40a3e4b0e9b8f2f3c0de4a6ff.scope",
                "0::/pods/tripod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/3f1a",
                "0::/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6fff/3f1a",
            })
    void ofNoPod(String cgroups) {
        assertThat(PodCgroup.uidIn(cgroups, "3f1a")).isEmpty();
    }

    /** The container's process has ended, and another process has its pid. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0::/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff",
                "0::/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/77aa",
                "0::/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/3f1a77",
                "0::/3f1a/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/77aa",
                "1:pids:/x/3f1a\n0::/kubepods/pod0bb8c7d4-0a3e-4b0e-9b8f-2f3c0de4a6ff/77aa",
                "0::/kubepods.slice/kubepods-pod0bb8c7d4_0a3e_4b0e_9b8f_2f3c0de4a6ff.slice/cri-containerd-773f1a.scope",
            })
    void ofAnotherContainer(String cgroups) {
        assertThat(PodCgroup.uidIn(cgroups, "3f1a")).isEmpty();
    }
}
