package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.keeper.ContainerMemfd;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.KnownProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the next agent knows of the calls for which a container was frozen. */
class FreezeCausesTest {
    private static final KnownProcess THREAD = new KnownProcess(5, 500);

    @AutoClose
    private final ContainerMemfd memfd = ContainerMemfd.create(new byte[0]);

    private final FreezeCauses causes = kept();

    private FreezeCauses kept() {
        FreezeCauses made = new FreezeCauses();
        made.keep(memfd.causes());
        return made;
    }

    private static Notification call(long id, int thread) {
        return new Notification(id, thread, Architecture.I386, -39, 1, 2, 3, 4, 5, 6, -7);
    }

    @Test
    void theCallThatIsMadeAgainDoesNotFreezeAgain() {
        causes.put(THREAD, call(1, 5));

        FreezeCauses next = kept();

        assertThat(next.isFrozenFor(THREAD, call(2, 5))).isTrue();
        assertThat(next.isFrozenFor(new KnownProcess(5, 501), call(2, 5)))
                .as("another thread")
                .isFalse();
        assertThat(next.isFrozenFor(new KnownProcess(6, 500), call(2, 6)))
                .as("another thread")
                .isFalse();
        assertThat(next.isFrozenFor(THREAD, new Notification(2, 5, Architecture.X86_64, -39, 1, 2, 3, 4, 5, 6, -7)))
                .as("another call")
                .isFalse();
    }

    /** Whether it was frozen before the kill is not known. If the call waits still, it was not. */
    @Test
    void theSameCallFreezes() {
        causes.put(THREAD, call(1, 5));
        assertThat(causes.isFrozenFor(THREAD, call(1, 5))).as("it was not yet").isFalse();
        causes.setFrozen(THREAD);
        assertThat(causes.isFrozenFor(THREAD, call(1, 5))).isTrue();

        assertThat(kept().isFrozenFor(THREAD, call(1, 5))).isFalse();
    }

    @Test
    void oneThatIsOverIsForgotten() {
        causes.put(THREAD, call(1, 5));
        causes.remove(THREAD);
        causes.remove(THREAD);

        assertThat(kept().isFrozenFor(THREAD, call(2, 5))).isFalse();
        assertThat(memfd.causes().read()).isEmpty();
    }

    @Test
    void thereAreNoMoreThanThereIsRoomFor() {
        for (int thread = 1; thread <= 3 * ContainerMemfd.CAUSES; thread++) {
            causes.put(new KnownProcess(thread, 1), call(thread, thread));
            causes.put(new KnownProcess(thread, 1), call(-thread, thread));
        }

        assertThat(memfd.causes().read()).hasSize(ContainerMemfd.CAUSES);
        FreezeCauses next = kept();
        assertThat(next.isFrozenFor(new KnownProcess(3 * ContainerMemfd.CAUSES, 1), call(7, 3 * ContainerMemfd.CAUSES)))
                .isTrue();
        assertThat(next.isFrozenFor(new KnownProcess(1, 1), call(7, 1))).isFalse();
    }

    /** Of an architecture that the agent does not know, and of numbers that are no calls. */
    @Test
    void anyCallIsKept() {
        Notification strange =
                new Notification(Long.MIN_VALUE, 5, null, Integer.MIN_VALUE, -1, -2, -3, -4, -5, -6, Long.MAX_VALUE);
        causes.put(THREAD, strange);
        long[] words = new long[NotificationWords.COUNT];
        NotificationWords.put(strange, words, 0);

        assertThat(NotificationWords.get(words, 0)).isEqualTo(strange);
        assertThat(memfd.causes().read()).hasSize(1);
    }

    @Test
    void withoutAPlaceTheyAreNotKept() {
        memfd.close();
        causes.put(THREAD, call(1, 5));
        causes.setFrozen(THREAD);
        assertThat(causes.isFrozenFor(THREAD, call(2, 5))).isTrue();
        causes.remove(THREAD);
        assertThat(causes.isFrozenFor(THREAD, call(2, 5))).isFalse();
    }
}
