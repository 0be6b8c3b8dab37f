package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.ErrnoException;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunningContainersTest {
    private static final int FIRST = 1 << 22; // no process has this id or a higher one

    private final RunningContainers containers = new RunningContainers();

    @Test
    void whatRuncSaysIsRight() {
        assertThat(initOf(state("creating", 100, 100))).isEqualTo(100);
        assertThat(initOf(state("running", 200, 100))).isEqualTo(100);
    }

    @Test
    void crunGivesTheExecutedProcessOrZeroForTheFirstOne() {
        containerOf(state("creating", 100, 100));

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
        containerOf(state("creating", 100, 100));
        ContainerProcessState exec = new ContainerProcessState(
                "1.1.0", FIRST + 200, "m", new Container("c", "running", FIRST + 200, "/b", Map.of("k", "v")));

        assertThat(containerOf(exec).state())
                .isEqualTo(new ContainerProcessState(
                        "1.1.0", FIRST + 200, "m", new Container("c", "running", FIRST + 100, "/b", Map.of("k", "v"))));
    }

    @Test
    void whatIsExecutedIsTheContainersOwn() {
        ServedContainer first = containerOf(state("creating", 100, 100));
        ServedContainer executed = containerOf(state("running", 200, 0));

        assertThat(executed.firstProcess()).isSameAs(first.firstProcess());
        assertThat(executed.freezer()).as("for the calls of its own listener").isNotSameAs(first.freezer());
    }

    @Test
    void aContainerOfAnotherRuntimeIsNotTakenForTheOneOfTheSameName() {
        containerOf(state("creating", 100, 100));

        assertThat(initOf(state("running", 400, 300))).isEqualTo(300);
        assertThat(initOf(state("running", 200, 200))).isEqualTo(100);
    }

    @Test
    void theEndOfAnExecutedProcessForgetsNothing() {
        containerOf(state("creating", 100, 100));

        assertThat(containers.forget(containerOf(state("running", 200, 200)))).isFalse();
        assertThat(initOf(state("running", 201, 201))).isEqualTo(100);
    }

    @Test
    void theEndOfTheFirstProcessForgetsTheContainer() {
        ServedContainer first = containerOf(state("creating", 100, 100));

        assertThat(containers.forget(first)).isTrue();
        assertThat(initOf(state("running", 200, 200))).isEqualTo(200);
    }

    @Test
    void aLateEndOfAnEarlierContainerDoesNotForgetTheNextOneOfThatName() {
        ServedContainer earlier = containerOf(state("creating", 100, 100));
        containerOf(state("creating", 300, 300));

        assertThat(containers.forget(earlier)).isFalse();
        assertThat(initOf(state("running", 400, 400))).isEqualTo(300);
    }

    @Test
    void aUsersContainerIsOfItsOwnProcesses() throws Exception {
        OptionalInt user = OptionalInt.of(1234);
        Process process = new ProcessBuilder("setpriv", "--reuid=1234", "--clear-groups", "sleep", "1000").start();
        try {
            int pid = (int) process.pid();
            ContainerProcessState begins = stateOfUser("creating", pid);
            await().ignoreExceptions().until(() -> containers.containerOf(begins, user) != null);
            ServedContainer first = containers.containerOf(begins, user);
            assertThat(first.id()).isEqualTo("c of uid 1234");
            assertThat(first.account()).isEqualTo("uid 1234");

            ContainerProcessState executed = stateOfUser("running", 0); // as crun has it
            assertThat(containers.containerOf(executed, user).firstProcess()).isEqualTo(first.firstProcess());
            assertRefused(begins, OptionalInt.of(1235));
            assertRefused(stateOfUser("creating", (int) ProcessHandle.current().pid()), user);
        } finally {
            process.destroyForcibly();
        }
    }

    private static ContainerProcessState stateOfUser(String status, int pid) {
        return new ContainerProcessState("", pid, "", new Container("c of uid 1234", status, pid, "", Map.of()));
    }

    private void assertRefused(ContainerProcessState state, OptionalInt user) {
        assertThatExceptionOfType(ErrnoException.class).isThrownBy(() -> containers.containerOf(state, user));
    }

    private int initOf(ContainerProcessState state) {
        return containerOf(state).state().container().pid() - FIRST;
    }

    private ServedContainer containerOf(ContainerProcessState state) {
        return containers.containerOf(state, OptionalInt.empty());
    }

    private static ContainerProcessState state(String status, int pid, int containerPid) {
        return new ContainerProcessState(
                "1",
                FIRST + pid,
                "",
                new Container("c", status, containerPid == 0 ? 0 : FIRST + containerPid, "/b", Map.of()));
    }
}
