package io.github.seccompagent.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.github.seccompagent.api.Capability;
import io.github.seccompagent.app.Manifests;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Severity;
import org.junit.jupiter.api.Test;

class CapabilityCheckTest {
    private static final long ALL = -1;

    @Test
    void itsCapabilitiesAreThoseOfTheManifest() {
        var container = Manifests.only(DaemonSet.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);

        assertThat(CapabilityCheck.used())
                .extracting(capability -> capability.name().substring("CAP_".length()))
                .containsExactlyInAnyOrderElementsOf(
                        container.getSecurityContext().getCapabilities().getAdd());
    }

    @Test
    void allOfThemAreWell() {
        assertThat(new CapabilityCheck("it", ALL).look())
                .extracting(Finding::id, Finding::severity)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("capabilities", Severity.OK));
    }

    @Test
    void eachOneThatIsMissingIsAFindingOfItsOwn() {
        for (Capability capability : CapabilityCheck.used()) {
            assertThat(new CapabilityCheck("it", ALL & ~capability.bit()).look())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.what()).isEqualTo("it lacks " + capability);
                        assertThat(finding.severity()).isIn(Severity.ERROR, Severity.WARNING);
                        assertThat(finding.why()).isNotEmpty();
                        assertThat(finding.fix()).isNotEmpty();
                    });
        }
    }
}
