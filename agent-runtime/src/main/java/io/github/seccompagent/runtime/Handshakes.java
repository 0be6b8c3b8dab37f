package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.peer.Peer;
import io.github.seccompagent.linux.peer.StateConnection;
import io.github.seccompagent.linux.peer.StateReceiver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The connections whose state is not complete. Safe for use by several threads. */
final class Handshakes {
    private static final long PATIENCE_MILLIS = 500;

    private final EventSources sources;
    private final PeerPolicy policy;
    private final Duration timeout;
    private final int maxStateBytes;
    private final Counters counters;
    private final Predicate<String> wantsAnnotation;
    private final Accepted accepted;

    // States are read in the order in which they come. If the state of an exec overtook the container's own state,
    // RunningContainers would not know the container's pid yet. Users have a reader of their own, so their states do
    // not hold up those of administrators.
    private final ExecutorService reader = reader("state-reader");
    private final ExecutorService readerOfUsers = reader("state-reader-of-users");
    private final PeerAccount administrators;
    private final PeerAccount strangers;
    private final Map<Integer, PeerAccount> users = new HashMap<>(); // key: the uid; never changed

    /** Receives each state that came with its listener. */
    @FunctionalInterface
    interface Accepted {
        /**
         * Takes the ownership of the listener.
         *
         * @param listener empty if the descriptor is no listener
         * @param owner the uid that the container's processes must belong to; empty if any uid will do
         * @throws ErrnoException if it is not served; the message says why
         */
        void accept(Optional<Fd> listener, ContainerProcessState state, OptionalInt owner);
    }

    Handshakes(
            EventSources sources,
            PeerPolicy policy,
            Duration timeout,
            int maxStateBytes,
            Counters counters,
            Predicate<String> wantsAnnotation,
            Function<PeerAccount.Limits, StateReceiver> receivers,
            Accepted accepted) {
        this.sources = sources;
        this.policy = policy;
        this.timeout = timeout;
        this.maxStateBytes = maxStateBytes;
        this.counters = counters;
        this.wantsAnnotation = wantsAnnotation;
        this.accepted = accepted;
        administrators = account(OptionalInt.empty(), PeerAccount.Limits.OF_ADMINISTRATORS, reader, receivers);
        strangers = account(OptionalInt.empty(), PeerAccount.Limits.OF_STRANGERS, readerOfUsers, receivers);
        for (int uid : policy.users().keySet()) {
            users.put(uid, account(OptionalInt.of(uid), PeerAccount.Limits.OF_USER, readerOfUsers, receivers));
        }
    }

    private static PeerAccount account(
            OptionalInt user,
            PeerAccount.Limits limits,
            ExecutorService reader,
            Function<PeerAccount.Limits, StateReceiver> receivers) {
        return new PeerAccount(user, limits, reader, receivers.apply(limits));
    }

    private static ExecutorService reader(String name) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> daemon(task, name));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Prepares what the first connection would otherwise wait for. */
    void warmUp() {
        administrators.receiver().start();
        new ParserWarmUp().loadClasses();
    }

    /**
     * Whether a socket should accept nobody now, because there is no room for refused connections that wait to be
     * closed.
     */
    boolean isStuck(OptionalInt user) {
        return accountAt(user).isStuck();
    }

    /**
     * The account that is charged for connections that come to nothing at a socket. At a user's socket it is the user,
     * who may have let anybody in.
     */
    private PeerAccount accountAt(OptionalInt socketOf) {
        return socketOf.isPresent() ? users.getOrDefault(socketOf.getAsInt(), strangers) : strangers;
    }

    /**
     * Takes over a connection that was just accepted, or closes it if its peer is not allowed.
     *
     * @param socketOf the user whose socket it came to; empty for the socket of administrators
     */
    void begin(Fd connection, Peer peer, OptionalInt socketOf) {
        counters.increment(Counter.CONNECTIONS);
        Optional<String> refusal = policy.refusal(peer);
        OptionalInt owner = policy.ownerOf(peer);
        PeerAccount user = owner.isPresent() ? users.get(owner.getAsInt()) : null;
        if (user != null && !user.admit()) {
            PeerAccount charged = socketOf.isEmpty() && !user.isStuck() ? user : accountAt(socketOf);
            refuse(connection, charged, describe(peer), "its user has too many connections");
            return;
        }
        if (refusal.isPresent()) {
            PeerAccount charged = socketOf.isEmpty() && user != null ? user : accountAt(socketOf);
            refuse(connection, charged, describe(peer), refusal.get());
            return;
        }
        PeerAccount account = user == null ? administrators : user;
        StateParser parser = user == null ? StateParser.ofAdministrator(wantsAnnotation) : StateParser.ofUser();
        StateConnection states = new StateConnection(connection, account.receiver());
        long deadline = System.nanoTime() + timeout.toNanos();
        Handshake handshake = new Handshake(states, parser, this, account, describe(peer), deadline);
        account.add(handshake).ifPresent(oldest -> oldest.giveUp("too many connections wait for their state"));
        try {
            handshake.join();
        } catch (ErrnoException e) {
            handshake.giveUp(e.getMessage());
        }
    }

    private static String describe(Peer peer) {
        return "pid " + peer.pid() + ", uid " + Integer.toUnsignedString(peer.uid());
    }

    private void refuse(Fd connection, PeerAccount account, String who, String reason) {
        counters.increment(Counter.REFUSED_PEERS);
        account.discard(connection);
        account.warn(() -> "connection of " + who + " refused: " + reason);
    }

    private Stream<PeerAccount> accounts() {
        return Stream.concat(Stream.of(administrators, strangers), users.values().stream());
    }

    private List<Handshake> all() {
        return accounts().flatMap(some -> some.all().stream()).toList();
    }

    /**
     * Ends the handshakes whose time is over. Returns whether others are left. Any thread may call it, and it does not
     * wait.
     */
    boolean expire(long now) {
        return all().stream().filter(handshake -> !handshake.expire(now)).count() > 0;
    }

    /**
     * Called when so much has come of a state.
     *
     * @param fits whether its account has room for what is kept of it
     */
    void requireShort(long length, boolean fits) throws BadStateException {
        if (length <= maxStateBytes && fits) {
            return;
        }
        counters.increment(Counter.STATE_LIMIT_HITS);
        throw new BadStateException(
                fits
                        ? "it is longer than " + maxStateBytes + " bytes"
                        : "too much has come on connections whose state is not complete");
    }

    EventSources sources() {
        return sources;
    }

    void accept(Optional<Fd> listener, ContainerProcessState state, PeerAccount account) {
        ContainerProcessState believed = policy.believed(state, account.user());
        try {
            accepted.accept(listener, believed, account.user());
        } catch (ErrnoException e) {
            counters.increment(Counter.BAD_STATES);
            account.warn(() -> "container " + believed.id() + ": " + e.getMessage());
        }
    }

    void reject(PeerAccount account, String peer, String reason) {
        counters.increment(Counter.BAD_STATES);
        account.warn(() -> "connection of " + peer + " closed without a container process state: " + reason);
    }

    /** Ends all handshakes. Call it when nothing is accepted any more. */
    void closeAll() {
        Ending.forEach(all(), handshake -> handshake.giveUp("the agent ends"));
        reader.shutdown();
        readerOfUsers.shutdown();
        try {
            if (!reader.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    || !readerOfUsers.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                strangers.warn(() -> "states are still being read");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Ending.forEach(accounts().toList(), PeerAccount::close);
    }
}
