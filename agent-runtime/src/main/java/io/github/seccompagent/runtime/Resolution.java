package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the resolver, on threads of its own. Users have other threads than administrators, so they do not hold up
 * administrators. If the resolver fails for a container, the container's calls get EPERM. If it does not answer in
 * time, they get EPERM until it does. A container that is known from before is asked for again until there is an
 * answer. Safe for use by several threads.
 */
final class Resolution {
    private static final Logger LOG = LoggerFactory.getLogger(Resolution.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final StackTraces TRACES = new StackTraces();
    private static final int THREADS = 8;
    private static final int SLOW = 64;
    private static final int MAX_WAITING = 4096;
    private static final int THREADS_OF_USERS = 2;
    private static final int SLOW_OF_USERS = 16;
    private static final int MAX_WAITING_OF_USERS = 1024;
    private static final int NO_LIMIT = Integer.MAX_VALUE; // but that of the keeper

    /** The handlers of a container whose resolver fails. */
    static final HandlerRegistry FAIL_CLOSED = HandlerRegistry.builder()
            .otherwise(SyscallHandler.fail(Errno.EPERM))
            .build();

    private final Resolver resolver;
    private final Duration timeout;
    private final Runnable somethingWaits;
    private final Counters counters;
    private final ResolverThreads threads = new ResolverThreads("resolver-", THREADS, SLOW, MAX_WAITING);
    private final ResolverThreads threadsOfKept = new ResolverThreads("resolver-of-kept-", THREADS, SLOW, NO_LIMIT);
    private final ResolverThreads threadsOfUsers =
            new ResolverThreads("resolver-of-users-", THREADS_OF_USERS, SLOW_OF_USERS, MAX_WAITING_OF_USERS);
    private final ResolverThreads threadsOfKeptOfUsers =
            new ResolverThreads("resolver-of-kept-of-users-", THREADS_OF_USERS, SLOW_OF_USERS, NO_LIMIT);

    // Compared by identity: two equal containers, such as those of two programs executed at once, count twice.
    private final Set<Question> questions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Starts no thread yet.
     *
     * @param timeout how long a container waits for an answer
     * @param somethingWaits called when {@link #look} has to be called from now on; must not block
     */
    Resolution(Resolver resolver, Duration timeout, Runnable somethingWaits, Counters counters) {
        this.resolver = resolver;
        this.timeout = timeout;
        this.somethingWaits = somethingWaits;
        this.counters = counters;
    }

    /**
     * Has a container served when the resolver has answered.
     *
     * @throws RejectedExecutionException if too many wait, or after {@link #close}
     */
    void ask(Arrival arrival) {
        boolean ofUser = arrival.container().owner().isPresent();
        add(new Question(arrival, false, ofUser ? threadsOfUsers : threads, deadline()));
    }

    /** The same for one that is known from before: it is never turned away, and waits for no new one. */
    void askForKept(Arrival arrival) {
        boolean ofUser = arrival.container().owner().isPresent();
        add(new Question(arrival, true, ofUser ? threadsOfKeptOfUsers : threadsOfKept, deadline()));
    }

    private long deadline() {
        return System.nanoTime() + timeout.toNanos();
    }

    private void add(Question question) {
        questions.add(question);
        try {
            ask(question);
        } catch (RejectedExecutionException e) {
            questions.remove(question);
            throw e;
        }
        if (closed) {
            question.abandon();
        }
        somethingWaits.run();
    }

    private void ask(Question question) {
        try {
            question.threads().execute(() -> run(question));
        } catch (OutOfMemoryError noThread) {
            question.pause(System.nanoTime());
        }
    }

    private void run(Question question) {
        Optional<HandlerRegistry> answer = Optional.empty();
        try {
            if (question.begin(System.nanoTime())) {
                answer = answer(question);
            }
        } finally {
            question.end();
        }
        if (answer.isPresent() || !question.isAskedAgain()) {
            question.answer(answer.orElse(FAIL_CLOSED));
            questions.remove(question);
        } else {
            question.pause(System.nanoTime());
        }
    }

    private Optional<HandlerRegistry> answer(Question question) {
        ServedContainer container = question.container();
        String consequence = question.isAskedAgain() ? "it is asked again" : "its notified calls fail with EPERM";
        String reason;
        try {
            HandlerRegistry registry = question.ask(resolver);
            if (registry != null) {
                return Optional.of(registry);
            }
            reason = "the resolver gave nothing";
        } catch (IllegalArgumentException e) { // the profile asks for something that is not possible
            tryReport(container, e, "", "its notified calls fail with EPERM");
            return Optional.of(FAIL_CLOSED);
        } catch (Throwable e) { // whatever it is, the container waits for an answer
            tryReport(container, e, "the resolver threw ", consequence);
            return Optional.empty();
        }
        report(container, reason + "; " + consequence);
        return Optional.empty();
    }

    /** What a resolver throws has methods of its own, which may throw too. */
    private void tryReport(ServedContainer container, Throwable thrown, String what, String consequence) {
        String said;
        try {
            said = what.isEmpty() ? String.valueOf(thrown.getMessage()) : what + thrown;
            if (!what.isEmpty() && TRACES.isNew(thrown)) {
                LOG.error("container {}: the resolver threw", container.id(), thrown);
            }
        } catch (Throwable e) {
            said = "the resolver threw " + thrown.getClass().getName();
        }
        report(container, said + "; " + consequence);
    }

    private void report(ServedContainer container, String what) {
        counters.increment(Counter.RESOLVER_ERRORS);
        ERRORS.log(container.account(), () -> "container " + container.state().id() + ": " + what);
    }

    /** The containers that are not served yet. */
    List<ServedContainer> pending() {
        return questions.stream()
                .filter(Question::isPending)
                .map(Question::container)
                .toList();
    }

    /**
     * Looks after those that wait. Returns whether it has to be called again soon.
     *
     * @param now as of System.nanoTime
     */
    boolean look(long now) {
        boolean more = false;
        for (Question question : questions) {
            more |= look(question, now);
        }
        return more;
    }

    private boolean look(Question question, long now) {
        Question.Next next = question.look(now);
        switch (next) {
            case NOTHING, LOOK -> {}
            case FORGET -> questions.remove(question);
            case ASK -> askAgain(question);
            case GIVE_UP -> giveUp(question);
        }
        return next != Question.Next.NOTHING && next != Question.Next.FORGET;
    }

    private void giveUp(Question question) {
        counters.increment(Counter.RESOLVER_TIMEOUTS);
        question.answerForNow(FAIL_CLOSED);
        report(
                question.container(),
                "the resolver does not answer within " + timeout.toMillis()
                        + " ms; its notified calls fail with EPERM until it does");
    }

    private void askAgain(Question question) {
        try {
            ask(question);
        } catch (RejectedExecutionException e) { // too many wait, or it was closed
            question.pause(System.nanoTime());
        }
    }

    /** Abandons the containers that are not served, and interrupts the resolver. */
    void close() {
        closed = true;
        Ending.runInOrder(
                () -> Ending.forEach(questions, Question::abandon),
                threads::close,
                threadsOfUsers::close,
                threadsOfKept::close,
                threadsOfKeptOfUsers::close);
    }
}
