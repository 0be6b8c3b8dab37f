package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.helper.ExecutorWorker.Reply;
import io.github.seccompagent.linux.helper.ExecutorWorker.Step;
import io.github.seccompagent.linux.helper.FileIdentity;
import io.github.seccompagent.linux.helper.HelperRequest;
import io.github.seccompagent.linux.keeper.EffectsMemfd;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.ThreadStat;
import io.github.seccompagent.runtime.KeptEffects.Kept;
import io.github.seccompagent.runtime.RestartedCalls.Answered;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the agent keeps of calls that may be made again, and for which accounts. */
class RestartedCallsTest {
    private static final int LARGEST_VALUE = 64 << 10;
    private static final Reply DONE = new Reply(Step.CALL, 0, 0, 0, 0, Optional.empty());

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    @AutoClose
    private final EffectsMemfd kept = EffectsMemfd.create(keeper.next().socket().orElseThrow());

    private final RestartedCalls calls = new RestartedCalls(KeptEffects.none());

    private static Notification notification(int thread) {
        return new Notification(thread, thread, Architecture.X86_64, 188, 0, 1, 2, 3, 4, 5, 6);
    }

    private static HelperRequest setxattr(byte[] value) {
        TargetPath path = new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/a"));
        return new HelperRequest.Setxattr(path, TargetString.of("user.a"), value, 1, 0);
    }

    private void remember(String account, int thread, HelperRequest request) {
        calls.remember(account, KeptContainers.NOT_KEPT, notification(thread), Effect.of(request, DONE), true);
    }

    @Test
    void aCallThatAsksTheSameIsKnownAgain() {
        byte[] value = new byte[LARGEST_VALUE];
        remember("a", 1, setxattr(value));

        assertThat(calls.take("a", notification(1), setxattr(value.clone()))).isNotNull();
        assertThat(calls.take("a", notification(1), setxattr(value))).as("once").isNull();
    }

    @Test
    void oneThatAsksForSomethingElseIsNot() {
        byte[] value = new byte[LARGEST_VALUE];
        remember("a", 1, setxattr(value));
        byte[] other = value.clone();
        other[LARGEST_VALUE - 1] = 1;

        assertThat(calls.take("a", notification(1), setxattr(other))).isNull();
    }

    @Test
    void theRequestIsNotKept() throws InterruptedException {
        List<WeakReference<HelperRequest>> requests = new ArrayList<>();
        for (int thread = 1; thread <= 1024; thread++) {
            HelperRequest request = setxattr(new byte[LARGEST_VALUE]);
            requests.add(new WeakReference<>(request));
            remember("a", thread, request);
        }
        assertThat(calls.size()).isPositive();

        for (int i = 0; i < 50 && requests.stream().anyMatch(request -> request.get() != null); i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(requests).allMatch(request -> request.get() == null);
    }

    @Test
    void noContainerPushesOutThoseOfAnother() {
        HelperRequest request = setxattr(new byte[1]);
        for (int i = 0; i < 20; i++) {
            remember("quiet", 1, request);
            for (int thread = 2; thread < 3000; thread++) {
                remember("loud " + i, thread, request);
            }
            assertThat(calls.take("quiet", notification(1), request))
                    .as("the quiet one's after " + i)
                    .isNotNull();
        }
    }

    private static RestartedCalls in(EffectsMemfd memfd) {
        return new RestartedCalls(KeptEffects.in(memfd));
    }

    /** Of this process: the next agent looks whether the thread is the same one still. */
    private static int ownThread() {
        return ThreadInterrupt.currentThreadId();
    }

    private EffectsMemfd copy() {
        return EffectsMemfd.of(Fd.open("/proc/self/fd/" + kept.number(), 2));
    }

    @Test
    void theNextAgentKnowsWhatTheCallerWasNotTold() {
        Effect effect = new Effect(
                setxattr(new byte[1]).fingerprint(), Optional.of(new FileIdentity(-1, 2, 3)), OptionalInt.of(7));
        in(kept).remember("a", 9, notification(ownThread()), effect, false);
        RestartedCalls next = in(copy());
        assertThat(next.size()).as("before its listener is there").isZero();

        next.restore(8, "b");
        next.restore(9, "a");

        Answered found = next.take("a", notification(ownThread()), setxattr(new byte[1]));
        assertThat(found).isNotNull();
        assertThat(found.effect()).isEqualTo(effect);
        assertThat(found.delivered()).isFalse();

        RestartedCalls third = in(copy());
        third.restore(9, "a");
        assertThat(third.size()).as("the call that has taken it is not over").isEqualTo(1);
        next.forget(found);
        assertThat(kept.table().read()).isEmpty();
    }

    /** Whoever makes the call again fails too. */
    @Test
    void theNextAgentKnowsWhatWasPerhapsDone() {
        Effect effect = Effect.uncertain(setxattr(new byte[1]).fingerprint());
        in(kept).remember("a", 9, notification(ownThread()), effect, false);
        RestartedCalls next = in(copy());
        next.restore(9, "a");

        Answered found = next.take("a", notification(ownThread()), setxattr(new byte[1]));
        assertThat(found).isNotNull();
        assertThat(found.effect()).isEqualTo(effect);
        assertThat(found.effect().uncertain()).isTrue();
    }

    @Test
    void aCallThatIsAnotherOneHasItForgotten() {
        RestartedCalls own = in(kept);
        own.remember("a", 9, notification(ownThread()), Effect.of(setxattr(new byte[1]), DONE), false);

        assertThat(own.take("a", notification(ownThread()), setxattr(new byte[2])))
                .isNull();

        assertThat(kept.table().read()).isEmpty();
    }

    @Test
    void whatTheCallerWasToldIsNotKept() {
        RestartedCalls own = in(kept);
        own.remember("a", 9, notification(ownThread()), Effect.of(setxattr(new byte[1]), DONE), true);

        assertThat(own.size()).isEqualTo(1);
        assertThat(kept.table().isUntouched()).isTrue();
    }

    @Test
    void ofOneThreadThereIsOneAndAllThatIsForgottenIsGone() {
        RestartedCalls own = in(kept);
        Effect effect = Effect.of(setxattr(new byte[1]), DONE);
        for (int i = 0; i < 10_000; i++) {
            own.remember("a" + i % 3, 9, notification(ownThread()), effect, false);
        }
        assertThat(kept.table().read()).hasSize(3);
        RestartedCalls next = in(copy());
        next.restore(9, "a");
        assertThat(next.size()).isEqualTo(1);
        assertThat(kept.table().read()).hasSize(1);
    }

    @Test
    void thoseOfListenersThatAreGoneAreForgotten() {
        in(kept).remember("a", 9, notification(ownThread()), Effect.of(setxattr(new byte[1]), DONE), false);
        RestartedCalls next = in(copy());

        next.forgetLeft();

        next.restore(9, "a");
        assertThat(next.size()).isZero();
        assertThat(kept.table().read()).isEmpty();
    }

    /** Of another boot, or of long ago, or of a thread that has ended. */
    @Test
    void oldOnesAreForgotten() {
        Effect effect = Effect.of(setxattr(new byte[1]), DONE);
        KeptEffects writer = KeptEffects.in(copy());
        long now = System.nanoTime();
        long start = ThreadStat.of(ownThread()).start();
        long[] times = {now - TimeUnit.MINUTES.toNanos(1), now + TimeUnit.HOURS.toNanos(1), Long.MIN_VALUE};
        for (long time : times) {
            writer.write(KeptEffects.NOWHERE, new Kept(9, notification(ownThread()), effect, start, time));
        }
        assertThat(kept.table().read()).hasSize(3);
        assertThat(in(copy()).size()).isZero();
        assertThat(kept.table().read()).isEmpty();

        writer.write(KeptEffects.NOWHERE, new Kept(9, notification(ownThread()), effect, start + 1, now));
        RestartedCalls next = in(copy());
        next.restore(9, "a");
        assertThat(next.size()).isEqualTo(1);
        assertThat(next.take("a", notification(ownThread()), setxattr(new byte[1])))
                .isNull();
        assertThat(kept.table().read()).isEmpty();
    }

    @Test
    void whateverIsThereIsSurvived() throws Exception {
        byte[] noise = new byte[2 << 20];
        new Random(3).nextBytes(noise);
        try (FileChannel file = FileChannel.open(Path.of("/proc/self/fd/" + kept.number()), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(noise), 4096);
        }
        long[] words = new long[EffectsMemfd.WORDS];
        Arrays.fill(words, -1);
        words[2] = System.nanoTime();
        kept.table().write(5, words);
        RestartedCalls next = in(copy());
        next.restore(-1, "a");

        assertThat(next.size()).isEqualTo(1);
        next.remember("a", 9, notification(ownThread()), Effect.of(setxattr(new byte[1]), DONE), false);
        assertThat(kept.table().read()).hasSize(2);
    }

    @Test
    void afterTheCloseTheyAreKnownAllTheSame() {
        RestartedCalls own = in(copy());
        own.close();
        own.remember("a", 9, notification(ownThread()), Effect.of(setxattr(new byte[1]), DONE), false);

        assertThat(own.take("a", notification(ownThread()), setxattr(new byte[1])))
                .isNotNull();
    }

    /** A table of another version, or none at all. */
    @Test
    void onesThatCannotBeReadAreReplaced() {
        try (StandInKeeper before = new StandInKeeper()) {
            before.put("e1", Fd.open("/dev/null", 2));
            before.put("e2", Fd.open("/dev/null", 2));
            KeptEffects.of(before.next()).close();
            assertThat(before.names()).containsExactly("e1");
            EffectsMemfd.of(Fd.open("/proc/self/fd/" + before.get("e1").number(), 2))
                    .close();
        }
    }

    @Test
    void thereIsALimitForAll() {
        HelperRequest request = setxattr(new byte[1]);
        for (int account = 0; account < 300; account++) {
            for (int thread = 1; thread <= 100; thread++) {
                remember("account " + account, thread, request);
            }
        }
        assertThat(calls.size()).isBetween(1, 8 * 1024);
    }

    /** The workers of a container may hang. Threads of others with the same id have nothing to do with that. */
    @Test
    void aThreadWaitsForItsOwnAccountOnly() throws InterruptedException {
        calls.begin("hung", 7);
        Thread other = begins("other", 7);
        Thread otherThread = begins("hung", 8);
        other.join(TimeUnit.SECONDS.toMillis(20));
        otherThread.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(other.isAlive()).isFalse();
        assertThat(otherThread.isAlive()).isFalse();

        Thread again = begins("hung", 7);
        again.join(200);
        assertThat(again.isAlive())
                .as("the first call of the thread is not over")
                .isTrue();
        calls.end("other", 7);
        again.join(200);
        assertThat(again.isAlive()).as("another account has ended one").isTrue();

        calls.end("hung", 7);
        again.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(again.isAlive()).isFalse();
    }

    private Thread begins(String account, int threadId) {
        Thread thread = new Thread(() -> calls.begin(account, threadId));
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
