package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container that sees the host's processes sees the workers too, but gains nothing from them. With CAP_SYS_PTRACE and
 * no user namespace, it could trace every process of the host, so that is not tested.
 */
class WorkerAttackIT {
    private static final int USER = 4300; // no other test's: it kills all workers that it may kill

    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("pass-through");

    private static OciContainer start() {
        OciContainer container = OciContainer.start(
                OciRuntime.RUNC,
                OciBundle.notifying(AGENT.socket()).notified("mkdir", "mkdirat").hostPids());
        container.makeFolder("/place", USER, USER, "755");
        Attack.install(container, "worker");
        return container;
    }

    private static String attack(int usually) {
        return "/worker " + Attack.times(usually, 5_000) + " /place";
    }

    @ParameterizedTest
    @ValueSource(ints = {0, USER})
    void aWorkerCannotBeLookedInto(int uid) {
        try (OciContainer container = start()) {
            Map<String, Long> seen =
                    Attack.parse(container.shellAs(uid, attack(1_500)).orFail());

            assertThat(seen).containsOnlyKeys("made", "met");
            assertThat(seen.get("met")).isGreaterThan(100);
        }
    }

    /**
     * A worker that has become its caller is one of the caller's processes. The caller may kill it, and loses only its
     * own call.
     */
    @Test
    void whoKillsItLosesItsOwnCallAlone() {
        try (OciContainer container = start()) {
            Map<String, Long> seen = Attack.parse(
                    container.shellAs(USER, attack(1_500) + " kill").orFail());

            assertThat(seen).containsKeys("made", "killed");
            seen.keySet().removeAll(Set.of("made", "met", "killed", "mkdir: error 5"));
            assertThat(seen).isEmpty();
            container.shell("mkdir /place/again").orFail();
            assertThat(container.hasFolder("/place/again")).isTrue();
        }
    }
}
