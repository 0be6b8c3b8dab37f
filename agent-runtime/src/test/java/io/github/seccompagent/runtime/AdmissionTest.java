package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final List<String> log = new ArrayList<>();

    @Test
    void aContainerHasALimit() {
        Admission admission = new Admission(10, 2, 2, 1);
        FakeGate a = new FakeGate(admission, "a");

        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).isFalse();
        assertThat(log).containsExactly("pause a");
        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void theLimitIsThatOfAllListenersOfAContainer() {
        Admission admission = new Admission(10, 2, 2, 1);

        assertThat(admission.enter(new FakeGate(admission, "a"))).isTrue();
        assertThat(admission.enter(new FakeGate(admission, "a"))).isTrue();
        assertThat(admission.enter(new FakeGate(admission, "a"))).isFalse();
        assertThat(admission.enter(new FakeGate(admission, "b"))).isTrue();
    }

    @Test
    void theReserveIsForContainersThatHaveNoneInFlight() {
        Admission admission = new Admission(4, 4, 2, 1);
        FakeGate a = new FakeGate(admission, "a");

        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).isTrue();
        assertThat(admission.enter(a)).as("it would be of the reserve").isFalse();
        assertThat(admission.enter(new FakeGate(admission, "b"))).isTrue();
        assertThat(admission.enter(new FakeGate(admission, "b"))).as("has one").isFalse();
        assertThat(admission.enter(new FakeGate(admission, "c"))).isTrue();
        assertThat(admission.enter(new FakeGate(admission, "d")))
                .as("all are in use")
                .isFalse();
        assertThat(admission.inFlight()).isEqualTo(4);
    }

    @Test
    void aDelayedCallCountsForItsContainerAlone() {
        Admission admission = new Admission(2, 1, 0, 1);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate b = new FakeGate(admission, "b");
        FakeGate c = new FakeGate(admission, "c");
        admission.enter(a);
        admission.enter(b);
        assertThat(admission.enter(c)).isFalse();

        assertThat(admission.delay()).isTrue();
        assertThat(log).containsExactly("pause c", "resume c");
        assertThat(admission.enter(a)).isFalse();
        assertThat(admission.enter(c)).isTrue();
        assertThat(admission.delay()).as("as many as may be").isFalse();
        assertThat(admission.delayed()).isEqualTo(1);

        admission.leave(a, true);
        assertThat(admission.delayed()).isZero();
        assertThat(admission.inFlight()).isEqualTo(2);
        assertThat(admission.enter(a)).as("its place was given to c").isFalse();
        admission.leave(b, false);
        assertThat(admission.enter(a)).isTrue();
    }

    @Test
    void whoeverWaitsIsResumedWhenThereIsRoom() {
        Admission admission = new Admission(10, 1, 2, 1);
        FakeGate a = new FakeGate(admission, "a");
        admission.enter(a);
        admission.enter(a);

        admission.leave(a, false);

        assertThat(log).containsExactly("pause a", "resume a");
        assertThat(admission.enter(a)).isTrue();
    }

    @Test
    void whoeverWaitsLongestIsResumedFirst() {
        Admission admission = new Admission(2, 1, 0, 1);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate b = new FakeGate(admission, "b");
        admission.enter(a);
        admission.enter(b);
        admission.enter(new FakeGate(admission, "c"));
        admission.enter(new FakeGate(admission, "d"));
        log.clear();

        admission.leave(a, false);

        assertThat(log).first().isEqualTo("resume c");
    }

    @Test
    void whoeverMayNotYetDoesNotBlockThoseBehind() {
        Admission admission = new Admission(2, 1, 0, 1);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate b = new FakeGate(admission, "b");
        admission.enter(a);
        admission.enter(b);
        admission.enter(new FakeGate(admission, "a"));
        admission.enter(new FakeGate(admission, "c"));
        log.clear();

        admission.leave(b, false);

        assertThat(log).containsExactly("resume c");
    }

    /** What it waited with may be gone when it is resumed: then it brings no call that could resume others. */
    @Test
    void gatesWhoseCallsAreGoneStrandNobody() {
        Admission admission = new Admission(2, 1, 0, 1);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate b = new FakeGate(admission, "b");
        admission.enter(a);
        admission.enter(b);
        for (String id : List.of("c", "d", "e", "f", "g")) {
            admission.enter(new FakeGate(admission, id));
        }

        admission.leave(a, false);
        admission.leave(b, false);

        assertThat(admission.inFlight()).isZero();
        assertThat(log).contains("resume c", "resume d", "resume e", "resume f", "resume g");
    }

    @Test
    void aGateThatIsGoneIsNotResumed() {
        Admission admission = new Admission(2, 1, 0, 1);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate gone = new FakeGate(admission, "a");
        admission.enter(a);
        admission.enter(gone);
        log.clear();

        admission.forget(gone);
        admission.leave(a, false);

        assertThat(log).isEmpty();
    }

    @Test
    void aContainerThatLeftCompletelyHasTheReserveAgain() {
        Admission admission = new Admission(2, 2, 1, 1);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate b = new FakeGate(admission, "b");
        admission.enter(a);
        admission.leave(a, false);
        admission.enter(b);

        assertThat(admission.enter(a)).isTrue();
    }

    private final class FakeGate implements Admission.Gate {
        private final String id;
        private final Admission.Share share;

        FakeGate(Admission admission, String id) {
            this.id = id;
            share = admission.share(id);
        }

        @Override
        public Admission.Share share() {
            return share;
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
