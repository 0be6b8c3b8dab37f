package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final List<String> log = new ArrayList<>();

    @Test
    void aContainerHasALimit() {
        Admission admission = new Admission(10, 2, 2);
        FakeGate a = new FakeGate("a");

        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).isFalse();
        assertThat(log).containsExactly("pause a");
        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void theLimitIsThatOfAllListenersOfAContainer() {
        Admission admission = new Admission(10, 2, 2);

        assertThat(admission.enter(new FakeGate("a"))).isTrue();
        assertThat(admission.enter(new FakeGate("a"))).isTrue();
        assertThat(admission.enter(new FakeGate("a"))).isFalse();
        assertThat(admission.enter(new FakeGate("b"))).isTrue();
    }

    @Test
    void theReserveIsForContainersThatHaveNoneInFlight() {
        Admission admission = new Admission(4, 4, 2);
        FakeGate a = new FakeGate("a");

        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).as("it would be of the reserve").isFalse();
        assertThat(admission.enter(new FakeGate("b"))).isTrue();
        assertThat(admission.enter(new FakeGate("b"))).as("has one").isFalse();
        assertThat(admission.enter(new FakeGate("c"))).isTrue();
        assertThat(admission.enter(new FakeGate("d"))).as("all are in use").isFalse();
        assertThat(admission.inFlight()).isEqualTo(4);
    }

    @Test
    void whoeverWaitsIsResumedWhenThereIsRoom() {
        Admission admission = new Admission(10, 1, 2);
        FakeGate a = new FakeGate("a");
        admission.enter(a);
        admission.enter(a);

        admission.leave(a);

        assertThat(log).containsExactly("pause a", "resume a");
        assertThat(admission.enter(a)).isTrue();
    }

    @Test
    void whoeverWaitsLongestIsResumedFirst() {
        Admission admission = new Admission(2, 1, 0);
        FakeGate a = new FakeGate("a");
        FakeGate b = new FakeGate("b");
        admission.enter(a);
        admission.enter(b);
        admission.enter(new FakeGate("c"));
        admission.enter(new FakeGate("d"));
        log.clear();

        admission.leave(a);

        assertThat(log).first().isEqualTo("resume c");
    }

    @Test
    void whoeverMayNotYetDoesNotBlockThoseBehind() {
        Admission admission = new Admission(2, 1, 0);
        FakeGate a = new FakeGate("a");
        FakeGate b = new FakeGate("b");
        admission.enter(a);
        admission.enter(b);
        admission.enter(new FakeGate("a"));
        admission.enter(new FakeGate("c"));
        log.clear();

        admission.leave(b);

        assertThat(log).containsExactly("resume c");
    }

    /** What it waited with may be gone when it is resumed: then it brings no call that could resume others. */
    @Test
    void gatesWhoseCallsAreGoneStrandNobody() {
        Admission admission = new Admission(2, 1, 0);
        FakeGate a = new FakeGate("a");
        FakeGate b = new FakeGate("b");
        admission.enter(a);
        admission.enter(b);
        for (String id : List.of("c", "d", "e", "f", "g")) {
            admission.enter(new FakeGate(id));
        }

        admission.leave(a);
        admission.leave(b);

        assertThat(admission.inFlight()).isZero();
        assertThat(log).contains("resume c", "resume d", "resume e", "resume f", "resume g");
    }

    @Test
    void aGateThatIsGoneIsNotResumed() {
        Admission admission = new Admission(2, 1, 0);
        FakeGate a = new FakeGate("a");
        FakeGate gone = new FakeGate("a");
        admission.enter(a);
        admission.enter(gone);
        log.clear();

        admission.forget(gone);
        admission.leave(a);

        assertThat(log).isEmpty();
    }

    @Test
    void aContainerThatLeftCompletelyHasTheReserveAgain() {
        Admission admission = new Admission(2, 2, 1);
        FakeGate a = new FakeGate("a");
        FakeGate b = new FakeGate("b");
        admission.enter(a);
        admission.leave(a);
        admission.enter(b);

        assertThat(admission.enter(a)).isTrue();
    }

    private final class FakeGate implements Admission.Gate {
        private final String id;

        FakeGate(String id) {
            this.id = id;
        }

        @Override
        public String containerId() {
            return id;
        }

        @Override
        public void pause() {
            log.add("pause " + id);
        }

        @Override
        public void resume() {
            log.add("resume " + id);
        }
    }
}
