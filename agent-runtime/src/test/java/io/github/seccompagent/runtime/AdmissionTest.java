package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.helper.LeavingWorkers;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    private final List<String> log = new ArrayList<>();

    private Admission admission(int max, int maxPerAccount, int reserve, int maxDelayed) {
        return new Admission(max, maxPerAccount, reserve, maxDelayed, () -> {});
    }

    private static Admission.Place entered(Admission admission, FakeGate gate) {
        Admission.Place place = admission.enter(gate);
        if (place == null) {
            throw new AssertionError(gate.id + " may not begin");
        }
        return place;
    }

    @Test
    void aContainerHasALimit() {
        Admission admission = admission(10, 2, 2, 100);
        FakeGate a = new FakeGate(admission, "a");

        entered(admission, a);
        entered(admission, a);
        assertThat(admission.enter(a)).isNull();
        assertThat(log).containsExactly("pause a");
        assertThat(admission.inFlight()).isEqualTo(2);
    }

    /** It was received right after another one, in the place of that. Others may have been faster. */
    @Test
    void aCallThatWasReceivedAlreadyIsLetIn() {
        Admission admission = admission(10, 2, 2, 100);
        FakeGate a = new FakeGate(admission, "a");

        assertThat(admission.enterReceived(a).isPastLimit()).isFalse();
        entered(admission, a);
        Admission.Place third = admission.enterReceived(a);
        assertThat(third.isPastLimit()).isTrue();
        assertThat(third.isRefused()).isFalse();
        assertThat(admission.inFlight()).isEqualTo(3);
    }

    /** Workers that the agent before has left are added to it one by one, while others end. */
    @Test
    void anAccountThatWorkersAreLeftToStays() {
        Admission admission = admission(10, 2, 2, 100);
        LeavingWorkers leaving = admission.leaving("a");
        FakeGate gate = new FakeGate(admission, "a");
        entered(admission, gate).leave();
        admission.forget(gate);
        admission.sweep();

        assertThat(new FakeGate(admission, "a").account().leaving()).isSameAs(leaving);
    }

    @Test
    void theLimitIsThatOfAllListenersOfAContainer() {
        Admission admission = admission(10, 2, 2, 100);

        entered(admission, new FakeGate(admission, "a"));
        entered(admission, new FakeGate(admission, "a"));
        assertThat(admission.enter(new FakeGate(admission, "a"))).isNull();
        entered(admission, new FakeGate(admission, "b"));
    }

    @Test
    void theReserveIsForContainersThatHaveNoneInFlight() {
        Admission admission = admission(4, 4, 2, 100);
        FakeGate a = new FakeGate(admission, "a");

        entered(admission, a);
        entered(admission, a);
        assertThat(admission.enter(a)).as("it would be of the reserve").isNull();
        entered(admission, new FakeGate(admission, "b"));
        assertThat(admission.enter(new FakeGate(admission, "b"))).as("has one").isNull();
        entered(admission, new FakeGate(admission, "c"));
        assertThat(admission.enter(new FakeGate(admission, "d")))
                .as("all are in use")
                .isNull();
        assertThat(admission.inFlight()).isEqualTo(4);
    }

    @Test
    void whoHasSlowCallsHasNothingOfTheReserve() {
        Admission admission = admission(4, 4, 2, 100);
        FakeGate a = new FakeGate(admission, "a");
        entered(admission, a).markSlow();
        entered(admission, new FakeGate(admission, "b"));
        entered(admission, new FakeGate(admission, "c"));

        assertThat(admission.enter(a)).isNull();
        entered(admission, new FakeGate(admission, "d"));
    }

    @Test
    void aSlowCallCountsForItsContainerAlone() {
        Admission admission = admission(2, 1, 0, 100);
        FakeGate a = new FakeGate(admission, "a");
        FakeGate c = new FakeGate(admission, "c");
        Admission.Place first = entered(admission, a);
        entered(admission, new FakeGate(admission, "b"));
        assertThat(admission.enter(c)).isNull();

        first.markSlow();
        first.markSlow();

        assertThat(log).containsExactly("pause c", "resume c");
        entered(admission, c);
        assertThat(admission.slow()).isEqualTo(1);
        first.leave();
        first.markSlow();
        assertThat(admission.slow()).isZero();
        assertThat(admission.inFlight()).isEqualTo(2);
    }

    @Test
    void thereAreOnlySoManyDelayedCalls() {
        Admission admission = admission(8, 4, 0, 2);
        List<Admission.Place> places = List.of("a", "b", "c").stream()
                .map(id -> entered(admission, new FakeGate(admission, id)))
                .toList();

        assertThat(places.get(0).delay()).isTrue();
        assertThat(places.get(0).delay()).as("again").isTrue();
        places.get(1).markSlow();
        assertThat(places.get(2).delay()).isFalse();
        places.get(1).leave();
        assertThat(places.get(2).delay()).isTrue();
    }

    /** Each account takes as much as it gets and never gives it back. The next one still finds room. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void greedyContainersLeaveRoomForTheNext(int greedy) {
        Admission admission = admission(64, 16, 8, 512);
        int most = 0;
        for (int i = 0; i < greedy; i++) {
            most = Math.max(most, takeAll(admission, new FakeGate(admission, "greedy-" + i)));
        }
        assertThat(most).as("enough for those that wait for each other").isBetween(20, 40);
        assertThat(admission.slow()).isEqualTo(admission.inFlight());

        FakeGate quiet = new FakeGate(admission, "quiet");
        entered(admission, quiet);
        entered(admission, quiet);
    }

    /** All accounts take at once, in turns. */
    @Test
    void fortyGreedyContainersAtOnceLeaveRoom() {
        Admission admission = admission(64, 16, 8, 512);
        List<FakeGate> gates = IntStream.range(0, 40)
                .mapToObj(i -> new FakeGate(admission, "greedy-" + i))
                .toList();
        boolean some = true;
        while (some) {
            List<Admission.Place> begun = new ArrayList<>();
            gates.forEach(gate -> Optional.ofNullable(admission.enter(gate)).ifPresent(begun::add));
            begun.forEach(Admission.Place::markSlow);
            some = !begun.isEmpty();
        }

        entered(admission, new FakeGate(admission, "quiet"));
        IntSummaryStatistics shares =
                gates.stream().mapToInt(gate -> gate.account.slow).summaryStatistics();
        assertThat(shares.getMin()).isGreaterThan(8);
        assertThat(shares.getMax()).isLessThanOrEqualTo(shares.getMin() + 1);
    }

    private static int takeAll(Admission admission, FakeGate gate) {
        int taken = 0;
        for (Admission.Place place = admission.enter(gate); place != null; place = admission.enter(gate)) {
            place.markSlow();
            taken++;
        }
        return taken;
    }

    @Test
    void whoeverWaitsIsResumedWhenThereIsRoom() {
        Admission admission = admission(10, 1, 2, 100);
        FakeGate a = new FakeGate(admission, "a");
        Admission.Place place = entered(admission, a);
        admission.enter(a);

        place.leave();

        assertThat(log).containsExactly("pause a", "resume a");
        entered(admission, a);
    }

    @Test
    void whoeverWaitsLongestIsResumedFirst() {
        Admission admission = admission(2, 1, 0, 100);
        Admission.Place place = entered(admission, new FakeGate(admission, "a"));
        entered(admission, new FakeGate(admission, "b"));
        admission.enter(new FakeGate(admission, "c"));
        admission.enter(new FakeGate(admission, "d"));
        log.clear();

        place.leave();

        assertThat(log).first().isEqualTo("resume c");
    }

    @Test
    void whoeverMayNotYetDoesNotBlockThoseBehind() {
        Admission admission = admission(2, 1, 0, 100);
        entered(admission, new FakeGate(admission, "a"));
        Admission.Place place = entered(admission, new FakeGate(admission, "b"));
        admission.enter(new FakeGate(admission, "a"));
        admission.enter(new FakeGate(admission, "c"));
        log.clear();

        place.leave();

        assertThat(log).containsExactly("resume c");
    }

    /**
     * The call of a gate may be gone when the gate is resumed. Then the gate brings no call that could resume others.
     */
    @Test
    void gatesWhoseCallsAreGoneStrandNobody() {
        Admission admission = admission(2, 1, 0, 100);
        Admission.Place a = entered(admission, new FakeGate(admission, "a"));
        Admission.Place b = entered(admission, new FakeGate(admission, "b"));
        for (String id : List.of("c", "d", "e", "f", "g")) {
            admission.enter(new FakeGate(admission, id));
        }

        a.leave();
        b.leave();

        assertThat(admission.inFlight()).isZero();
        assertThat(log).contains("resume c", "resume d", "resume e", "resume f", "resume g");
    }

    /** Otherwise one place would wake all listeners of a user, again and again. */
    @Test
    void noMoreGatesOfAContainerAreResumedThanItHasRoomFor() {
        Admission admission = admission(10, 2, 0, 100);
        Admission.Place place = entered(admission, new FakeGate(admission, "a"));
        entered(admission, new FakeGate(admission, "a"));
        for (int i = 0; i < 5; i++) {
            admission.enter(new FakeGate(admission, "a"));
        }
        log.clear();

        place.leave();
        assertThat(log).containsExactly("resume a");

        assertThat(admission.sweep()).as("others wait still").isTrue();
        assertThat(log).hasSize(2);
    }

    @Test
    void aGateThatIsGoneIsNotResumed() {
        Admission admission = admission(2, 1, 0, 100);
        Admission.Place place = entered(admission, new FakeGate(admission, "a"));
        FakeGate gone = new FakeGate(admission, "a");
        admission.enter(gone);
        log.clear();

        admission.forget(gone);
        place.leave();

        assertThat(log).isEmpty();
    }

    @Test
    void aContainerThatLeftCompletelyHasTheReserveAgain() {
        Admission admission = admission(2, 2, 1, 100);
        FakeGate a = new FakeGate(admission, "a");
        entered(admission, a).leave();
        entered(admission, new FakeGate(admission, "b"));

        entered(admission, a);
    }

    private final class FakeGate implements Admission.Gate {
        private final String id;
        private final Account account;

        FakeGate(Admission admission, String id) {
            this.id = id;
            account = admission.account(id);
        }

        @Override
        public Account account() {
            return account;
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
