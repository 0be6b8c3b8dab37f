package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests' machine has the newest of these, except for what depends on its version. */
class KernelTrialTest {
    private static final List<KernelFeature> OF_EVERY_KERNEL = List.of(
            KernelFeature.LISTENER,
            KernelFeature.MEMORY,
            KernelFeature.PIDFD_GETFD,
            KernelFeature.ID_VALID,
            KernelFeature.ADDFD,
            KernelFeature.PROC_MOUNT,
            KernelFeature.COVERS,
            KernelFeature.LOCKS);

    @Test
    void whatAnAgentNeedsWorksHere() {
        KernelTrial trial = KernelTrial.run();

        assertThat(OF_EVERY_KERNEL).allMatch(trial::works);
        assertThat(Arrays.stream(KernelFeature.values())
                        .filter(each -> each.name().endsWith("_NAMESPACE")))
                .hasSize(8)
                .allMatch(trial::works);
    }

    @Test
    void itLeavesNothingBehind() throws Exception {
        String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
        List<String> before = Processes.specialDescriptors();
        String status = seccompOfThisProcess();

        KernelTrial.run();

        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
        assertThat(Processes.helpers("features")).isEmpty();
        assertThat(Processes.newDescriptors(before)).isEmpty();
        assertThat(seccompOfThisProcess()).isEqualTo(status);
    }

    private static String seccompOfThisProcess() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Seccomp") || line.startsWith("NoNewPrivs"))
                .toList()
                .toString();
    }
}
