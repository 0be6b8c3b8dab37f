package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the resolver is asked for one container, until it has answered. While the question is open, a container that
 * has waited long enough is served all the same. Safe for use by several threads.
 */
final class Question {
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Arrival arrival;
    private final boolean kept;
    private final ResolverThreads threads;
    private final long deadline;

    // Guarded by this.
    private @Nullable Thread asking;
    private long askingSince;
    private boolean slow;
    private boolean pausing;
    private long pauseEnd;
    private long nextPause = FIRST_PAUSE_NANOS;
    private boolean late;
    private boolean over;

    /** What has to be done for a question. */
    enum Next {
        NOTHING,
        /** Look at it again soon. */
        LOOK,
        /** Ask the resolver again. */
        ASK,
        /** The container has waited for as long as it may, and is served without an answer. */
        GIVE_UP,
        /** Forget it. */
        FORGET
    }

    /**
     * A question that was not asked yet.
     *
     * @param kept whether the container is known from before, and it is asked until there is an answer
     * @param deadline until when the container waits
     */
    Question(Arrival arrival, boolean kept, ResolverThreads threads, long deadline) {
        this.arrival = arrival;
        this.kept = kept;
        this.threads = threads;
        this.deadline = deadline;
    }

    /**
     * Asks the resolver.
     *
     * @throws Exception as the resolver
     */
    @Nullable HandlerRegistry ask(Resolver resolver) throws Exception {
        ContainerProcessState state = container().state();
        arrival.prepare();
        return kept ? resolver.restore(state, arrival.note()) : resolver.resolve(state);
    }

    ServedContainer container() {
        return arrival.container();
    }

    /** Whether it is asked again if there is no answer. */
    synchronized boolean isAskedAgain() {
        return kept || late;
    }

    ResolverThreads threads() {
        return threads;
    }

    /** Whether its container waits, and is not served yet. */
    synchronized boolean isPending() {
        return !late && !over;
    }

    /** The thread that asks calls this first. Returns false if nobody wants an answer any more. */
    synchronized boolean begin(long now) {
        asking = Thread.currentThread();
        askingSince = now;
        return !over;
    }

    /** The same thread calls this when the resolver has returned. Clears an interrupt that was for the resolver. */
    void end() {
        boolean wasSlow;
        synchronized (this) {
            asking = null;
            wasSlow = slow;
            slow = false;
        }
        Thread.interrupted();
        if (wasSlow) {
            threads.removeSlow();
        }
    }

    /** It is asked again after a pause, which is longer each time. */
    synchronized void pause(long now) {
        pausing = true;
        pauseEnd = now + nextPause;
        nextPause = Math.min(2 * nextPause, LONGEST_PAUSE_NANOS);
    }

    /** Serves the container. Nothing happens if nobody wants the answer any more. */
    synchronized void answer(HandlerRegistry registry) {
        if (!over) {
            over = true;
            arrival.serve(registry);
        }
    }

    /** The same while the question stays open. */
    synchronized void answerForNow(HandlerRegistry registry) {
        if (!over) {
            arrival.serve(registry);
        }
    }

    /** Called when the agent ends. */
    synchronized void abandon() {
        if (!over) {
            over = true;
            arrival.abandon();
        }
    }

    /** What has to be done now. Called from time to time. */
    synchronized Next look(long now) {
        Thread thread = asking;
        if (over || arrival.hasEnded()) {
            over = true;
            if (thread != null) {
                thread.interrupt();
            }
            return Next.FORGET;
        }
        if (thread != null && !slow && now - askingSince >= SLOW_NANOS) {
            slow = threads.addSlow();
        }
        if (!late && now - deadline >= 0) {
            late = true;
            if (thread != null) {
                thread.interrupt();
            }
            return Next.GIVE_UP;
        }
        if (pausing && now - pauseEnd >= 0) {
            pausing = false;
            return Next.ASK;
        }
        return pausing || !late ? Next.LOOK : Next.NOTHING;
    }
}
