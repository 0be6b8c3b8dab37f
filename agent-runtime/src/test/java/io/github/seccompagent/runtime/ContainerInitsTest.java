package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerInitsTest {
    private final ContainerInits inits = new ContainerInits();

    @Test
    void whatRuncSaysIsRight() {
        assertThat(initOf(state("creating", 100, 100))).isEqualTo(100);
        assertThat(initOf(state("running", 200, 100))).isEqualTo(100);
    }

    @Test
    void crunGivesTheExecutedProcessOrZeroForTheFirstOne() {
        inits.corrected(state("creating", 100, 100));

        assertThat(initOf(state("running", 200, 200))).isEqualTo(100);
        assertThat(initOf(state("running", 201, 0))).isEqualTo(100);
    }

    @Test
    void aFirstStateWithoutThePidHasThatOfTheProcess() {
        assertThat(initOf(state("creating", 100, 0))).isEqualTo(100);
        assertThat(initOf(state("running", 200, 0))).isEqualTo(100);
    }

    @Test
    void ofAContainerThatWasThereBeforeTheAgentWhatIsSaidIsTaken() {
        assertThat(initOf(state("running", 200, 100))).isEqualTo(100);
        assertThat(initOf(state("running", 201, 0))).isEqualTo(201);
    }

    @Test
    void allElseIsLeftAsItIs() {
        inits.corrected(state("creating", 100, 100));
        ContainerProcessState exec = new ContainerProcessState(
                "1.1.0", 200, "m", new Container("c", "running", 200, "/b", Map.of("k", "v")));

        assertThat(inits.corrected(exec))
                .isEqualTo(new ContainerProcessState(
                        "1.1.0", 200, "m", new Container("c", "running", 100, "/b", Map.of("k", "v"))));
    }

    @Test
    void theEndOfAnExecutedProcessForgetsNothing() {
        inits.corrected(state("creating", 100, 100));
        inits.ended(inits.corrected(state("running", 200, 200)));

        assertThat(initOf(state("running", 201, 201))).isEqualTo(100);
    }

    @Test
    void theEndOfTheFirstProcessForgetsTheContainer() {
        ContainerProcessState first = inits.corrected(state("creating", 100, 100));
        inits.ended(first);

        assertThat(initOf(state("running", 200, 200))).isEqualTo(200);
    }

    @Test
    void aLateEndOfAnEarlierContainerDoesNotForgetTheNextOneOfThatName() {
        ContainerProcessState earlier = inits.corrected(state("creating", 100, 100));
        inits.corrected(state("creating", 300, 300));
        inits.ended(earlier);

        assertThat(initOf(state("running", 400, 400))).isEqualTo(300);
    }

    private int initOf(ContainerProcessState state) {
        return inits.corrected(state).container().pid();
    }

    private static ContainerProcessState state(String status, int pid, int containerPid) {
        return new ContainerProcessState("1", pid, "", new Container("c", status, containerPid, "/b", Map.of()));
    }
}
