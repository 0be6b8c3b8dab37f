package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.peer.Peer;
import io.github.seccompagent.linux.peer.PeerAcceptor;
import io.github.seccompagent.linux.peer.StateConnection;
import io.github.seccompagent.linux.peer.StateReceiver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The connections whose state is not complete. Safe for use by several threads. */
final class Handshakes {
    private static final long PATIENCE_MILLIS = 500;
    private static final int PROCESSES_A_LOOK = 8;
    private static final long MOMENT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final EventSources sources;
    private final PeerPolicy policy;
    private final Duration timeout;
    private final int maxStateBytes;
    private final Counters counters;
    private final Predicate<String> wantsAnnotation;
    private final Accepted accepted;
    private final KeptConnections kept;
    private final AtomicLong lastCame = new AtomicLong();
    private volatile Set<String> restored =
            Set.of(); // the names of the sockets of those that came from the agent before

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
         * @param connection when the connection came that brought it
         * @throws ErrnoException if it is not served; the message says why
         */
        void accept(Optional<Fd> listener, ContainerProcessState state, OptionalInt owner, long connection);
    }

    Handshakes(
            EventSources sources,
            PeerPolicy policy,
            Duration timeout,
            int maxStateBytes,
            Counters counters,
            Predicate<String> wantsAnnotation,
            Function<PeerAccount.Limits, StateReceiver> receivers,
            KeptConnections kept,
            Accepted accepted) {
        this.sources = sources;
        this.policy = policy;
        this.timeout = timeout;
        this.maxStateBytes = maxStateBytes;
        this.counters = counters;
        this.wantsAnnotation = wantsAnnotation;
        this.kept = kept;
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

    /** Prepares what the first connection would otherwise wait for. Does not wait until that is done. */
    void warmUp() {
        administrators.receiver().start();
        reader.execute(() -> new ParserWarmUp().loadClasses());
    }

    /**
     * Whether a socket should accept nobody now, because there is no room for refused connections that wait to be
     * closed.
     */
    boolean isStuck(OptionalInt user) {
        return accountAt(user).isStuck();
    }

    /**
     * Whether the next connection at a socket has to wait, because as many are open as may be, and none of them seems
     * to have lost its turn. Otherwise runtimes that connect all at once would end each other's connections.
     */
    boolean isBehind(OptionalInt socketOf) {
        return socketOf.isEmpty() && administrators.isBehind(System.nanoTime());
    }

    /**
     * The account that is charged for connections that come to nothing at a socket. At a user's socket it is the user,
     * who may have let anybody in.
     */
    private PeerAccount accountAt(OptionalInt socketOf) {
        return socketOf.isPresent() ? users.getOrDefault(socketOf.getAsInt(), strangers) : strangers;
    }

    /**
     * A connection that was looked at. Owns it.
     *
     * @param account which is charged for it
     * @param refusal why it is refused; empty if it is not
     * @param number what it is kept by
     */
    record Arrival(Fd connection, StoredConnection known, PeerAccount account, Optional<String> refusal, int number) {}

    /**
     * Decides about a connection that was just accepted, and has it kept unless it is refused. Takes the ownership of
     * it.
     *
     * @param socketOf the user whose socket it came to; empty for the socket of administrators
     * @return empty if it is one that came from the agent before: that was killed before it had taken it
     */
    Optional<Arrival> keep(PeerAcceptor.Accepted accepted, OptionalInt socketOf) {
        if (accepted.maybeKnown() && restored.contains(nameOf(accepted.connection()))) {
            accepted.connection().close();
            return Optional.empty();
        }
        countEnded(accepted.endedBefore());
        long now = System.nanoTime();
        long came = lastCame.updateAndGet(before -> Math.max(before + 1, now));
        StoredConnection stored = new StoredConnection(accepted.peer(), socketOf, came, now + timeout.toNanos());
        Arrival judged = judge(accepted.connection(), stored, KeptConnections.NOT_KEPT);
        if (judged.refusal().isPresent()) {
            return Optional.of(judged);
        }
        if (judged.account().user().isPresent() && !judged.account().admit()) {
            return Optional.of(refusedAsTooMany(judged));
        }
        int number = kept.keep(judged.connection(), stored, judged.account().name());
        return Optional.of(new Arrival(judged.connection(), stored, judged.account(), Optional.empty(), number));
    }

    private void countEnded(int ended) {
        if (ended > 0) {
            counters.add(Counter.CONNECTIONS, ended);
            counters.add(Counter.REFUSED_PEERS, ended);
            strangers.warn(() -> ended + " connections refused: too many waited for the agent, and none of these was of"
                    + " root with CAP_SYS_ADMIN");
        }
    }

    /** Ends a connection about which nothing can be decided. */
    void discard(Fd connection, OptionalInt socketOf) {
        accountAt(socketOf).discard(connection);
    }

    private static String nameOf(Fd connection) {
        return ProcFile.readLink("/proc/self/fd/" + connection.number());
    }

    private Arrival judge(Fd connection, StoredConnection stored, int number) {
        Peer peer = stored.peer();
        Optional<String> refusal = policy.refusal(peer);
        OptionalInt owner = policy.ownerOf(peer);
        PeerAccount user = owner.isPresent() ? users.get(owner.getAsInt()) : null;
        PeerAccount account = user == null ? administrators : user;
        if (refusal.isPresent()) {
            account = stored.socketOf().isEmpty() && user != null ? user : accountAt(stored.socketOf());
        }
        return new Arrival(connection, stored, account, refusal, number);
    }

    private Arrival refusedAsTooMany(Arrival judged) {
        OptionalInt socketOf = judged.known().socketOf();
        PeerAccount charged =
                socketOf.isEmpty() && !judged.account().isStuck() ? judged.account() : accountAt(socketOf);
        return new Arrival(
                judged.connection(),
                judged.known(),
                charged,
                Optional.of("its user has too many connections"),
                KeptConnections.NOT_KEPT);
    }

    /** Goes on with a connection that nobody else has any more, or ends it if it is refused. */
    void begin(Arrival arrival) {
        counters.increment(Counter.CONNECTIONS);
        begin(arrival, Optional.empty());
    }

    private void begin(Arrival arrival, Optional<Fd> pieces) {
        PeerAccount account = arrival.account();
        String peer = describe(arrival.known().peer());
        if (arrival.refusal().isPresent()) {
            pieces.ifPresent(Fd::close);
            refuse(arrival, peer);
            return;
        }
        StateParser parser =
                account.user().isEmpty() ? StateParser.ofAdministrator(wantsAnnotation) : StateParser.ofUser();
        StateConnection states = new StateConnection(
                arrival.connection(), account.receiver(), socket -> kept.add(arrival.number(), socket));
        pieces.ifPresent(states::resume);
        Handshake handshake = new Handshake(states, parser, this, account, arrival, peer);
        account.add(handshake).ifPresent(oldest -> oldest.giveUp("too many connections wait for their state"));
        try {
            handshake.join();
        } catch (ErrnoException e) {
            handshake.giveUp(e.getMessage());
        }
    }

    /**
     * Goes on with connections that came from the agent before. Each has its time, and a moment at least: what has come
     * meanwhile is still to be read.
     *
     * @param brought tells whether the listener that a connection brought is served already
     */
    void restore(List<KeptConnections.Kept> those, LongPredicate brought) {
        restored = those.stream().map(each -> nameOf(each.connection())).collect(Collectors.toSet());
        long soonest = System.nanoTime() + Math.min(timeout.toNanos(), MOMENT_NANOS);
        for (KeptConnections.Kept each : those) {
            StoredConnection stored = each.stored();
            lastCame.accumulateAndGet(stored.came(), Math::max);
            long deadline = stored.deadline() - soonest < 0 ? soonest : stored.deadline();
            Arrival arrival = judge(each.connection(), stored.withDeadline(deadline), each.number());
            kept.use(each.number(), arrival.account().name());
            if (brought.test(stored.came())) {
                each.pieces().ifPresent(Fd::close);
                end(arrival);
            } else {
                begin(arrival, each.pieces());
            }
        }
    }

    private void end(Arrival arrival) {
        arrival.account().discard(arrival.connection());
        kept.remove(arrival.number());
    }

    private static String describe(Peer peer) {
        return "pid " + peer.pid() + ", uid " + Integer.toUnsignedString(peer.uid());
    }

    private void refuse(Arrival arrival, String peer) {
        counters.increment(Counter.REFUSED_PEERS);
        end(arrival);
        arrival.account()
                .warn(() -> "connection of " + peer + " refused: "
                        + arrival.refusal().orElseThrow());
    }

    private Stream<PeerAccount> accounts() {
        return Stream.concat(Stream.of(administrators, strangers), users.values().stream());
    }

    private List<Handshake> all() {
        return accounts().flatMap(some -> some.all().stream()).toList();
    }

    /**
     * Ends the handshakes whose time is over, and has connections closed that wait for that. Returns whether others are
     * left. Any thread may call it, and it does not wait.
     */
    boolean expire(long now) {
        long left = all().stream().filter(handshake -> !handshake.expire(now)).count();
        accounts().forEach(each -> each.goOn(PROCESSES_A_LOOK)); // some may have ended without a word
        long closing = accounts().filter(PeerAccount::isClosing).count();
        return left + closing > 0;
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

    KeptConnections kept() {
        return kept;
    }

    void accept(Optional<Fd> listener, ContainerProcessState state, PeerAccount account, long connection) {
        ContainerProcessState believed = policy.believed(state, account.user());
        try {
            accepted.accept(listener, believed, account.user(), connection);
        } catch (ErrnoException e) {
            counters.increment(Counter.BAD_STATES);
            account.warn(() -> "container " + believed.id() + ": " + e.getMessage());
        }
    }

    void reject(PeerAccount account, String peer, String reason) {
        counters.increment(Counter.BAD_STATES);
        account.warn(() -> "connection of " + peer + " closed without a container process state: " + reason);
    }

    /** Ends all handshakes, and leaves those that are kept to the next agent. */
    void leave() {
        kept.leave();
        closeAll();
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
