package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.linux.Requirements;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.ListenerProbe;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A seccomp agent in this process. It runs from {@link Builder#start} to {@link #close}. Safe for use by several
 * threads.
 *
 * <p>It needs root: at least CAP_SYS_ADMIN, CAP_SYS_PTRACE and CAP_KILL. To make calls on behalf of a caller, it also
 * needs every capability that the caller has.
 */
public final class SeccompAgent implements AutoCloseable {
    /** How long a connection may take to bring its state, by default. */
    public static final int HANDSHAKE_TIMEOUT_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(SeccompAgent.class);
    private static final Duration LONGEST_LEAVING = Duration.ofSeconds(1); // a keeper that waits for it waits longer

    private final Configuration configuration;
    private final Optional<KeeperSocket> keeper;
    private final Sockets sockets;
    private final AgentParts parts;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Takes the ownership of the sockets and the parts. */
    SeccompAgent(Configuration configuration, Optional<KeeperSocket> keeper, Sockets sockets, AgentParts parts) {
        this.configuration = configuration;
        this.keeper = keeper;
        this.sockets = sockets;
        this.parts = parts;
    }

    /** Builds an agent with the defaults. A resolver still has to be given. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Serves a listener that did not come through the socket, for example one that seccomp(2) returned, or that came
     * with a message on another socket.
     *
     * <p>The listener is a plain number, because every way to get one ends in a number: a native library, the
     * foreign-function API, or a socket library. So no caller needs an internal type of this library for it.
     *
     * @param listener the number of its descriptor, open in this process. From now on the agent owns the descriptor and
     *     closes it in every case, so the caller must neither use nor close that number again. If it is no seccomp
     *     listener, the agent logs that, counts it as {@link Counter#BAD_STATES} and closes it
     * @param state the state of its container
     * @throws IllegalArgumentException if the number is negative; the agent owns nothing then
     */
    public void attach(int listener, ContainerProcessState state) {
        if (listener < 0) {
            throw new IllegalArgumentException("a descriptor's number is not negative: " + listener);
        }
        attach(new Fd(listener), state);
    }

    void attach(Fd listener, ContainerProcessState state) {
        try {
            parts.containers().add(listener, state, OptionalInt.empty(), 0);
        } catch (ErrnoException e) {
            counters().increment(Counter.BAD_STATES);
            LOG.warn("container {}: {}", state.id(), e.getMessage());
        }
    }

    /** What the agent has counted so far. */
    public Counters counters() {
        return parts.counters();
    }

    /** How many listeners are served now. */
    public int activeListeners() {
        return parts.containers().served().all().size();
    }

    /** How many containers there are in each state. */
    public Map<ContainerState, Integer> containers() {
        return parts.containers().served().byState();
    }

    /** The containers that are served now, or wait for their resolver, each with what was done for it. */
    public List<AttachedContainer> attached() {
        return parts.containers().served().attached();
    }

    /**
     * Has somebody watch the calls of all containers from now on, in place of whoever did so far. An agent that nobody
     * watches is not slower for it.
     *
     * @param observer null for nobody
     */
    public void observe(@Nullable CallObserver observer) {
        parts.watch().set(observer);
    }

    /**
     * Whether a thread waits on the kernel, and there is room for calls. No thread does only if the agent can get no
     * more threads. There is no room if handlers that do not return hold most of it.
     */
    public boolean isAlive() {
        return parts.loop().isAlive() && !parts.admission().isLost();
    }

    /**
     * Tries the agent. A process of its own does what a container does: it hands over a listener at the socket and
     * makes a notified call, which has to be answered. The resolver is not asked, and the process is not counted as a
     * container. There is one trial at a time, and others wait.
     *
     * @throws ErrnoException ETIMEDOUT if there is no answer within five to six seconds; otherwise what went wrong
     * @throws IllegalStateException if the agent has no socket
     */
    public synchronized void tryOut() {
        if (sockets.all().isEmpty()) {
            throw new IllegalStateException("an agent without a socket cannot be tried");
        }
        try (ListenerProbe probe = new ListenerProbe()) {
            Path path = sockets.all().get(0).path();
            parts.containers().withProbe(probe.pid(), () -> probe.tryOut(path));
        }
    }

    /** How many calls are being handled now, including those that take long. */
    public int callsInFlight() {
        return parts.admission().inFlight();
    }

    /** How many calls may be handled at a time, including those that take long. Further ones wait in the kernel. */
    public int callsInFlightLimit() {
        return configuration.maxInFlight() + configuration.maxDelayed();
    }

    /** How many of the calls that are being handled now were delayed by their handlers or have taken long. */
    public int callsDelayed() {
        return parts.admission().slow();
    }

    /**
     * How many workers were killed and do not end, because a filesystem does not answer them. Each counts as a call in
     * flight of its container. A few of each container may just be about to end, and those are not counted here.
     */
    public int hungWorkers() {
        return parts.admission().leftOver();
    }

    /** Waits until the agent is closed. */
    public void join() throws InterruptedException {
        closed.await();
    }

    /**
     * Ends the agent: removes the socket file, ends all delays, gives handlers that are at work a few seconds, fails
     * the calls that are left with EINTR, and closes all listeners. From then on the notified calls of containers that
     * still run get ENOSYS. With a keeper that is so too: it is told that there is no next agent.
     */
    @Override
    public void close() {
        end(this::stop);
    }

    private void stop() {
        keeper.ifPresent(SeccompAgent::tellStopping);
        Ending.runInOrder(sockets::close, () -> parts.close(configuration.shutdownGrace()));
    }

    private static void tellStopping(KeeperSocket socket) {
        try {
            socket.stopping();
        } catch (ErrnoException gone) {
            LOG.debug("{}", gone.getMessage());
        }
    }

    /**
     * Ends the agent and leaves everything to the next one, which the keeper starts if this process then ends with
     * another status than 0, as a Java program does that a signal ends: call it from a shutdown hook. The socket stays.
     * Calls have a second at most, and wait for the next agent after that, and so does who calls from then on.
     *
     * <p>Without a keeper, or if the keeper itself ends, this is as {@link #close}.
     */
    public void park() {
        end(() -> {
            if (isLast()) {
                stop();
            } else {
                leave();
            }
        });
    }

    private void leave() {
        Duration grace = shorter(configuration.shutdownGrace());
        Ending.runInOrder(sockets::leave, () -> parts.leave(grace, this::isLastAfterGrace));
    }

    private boolean isLast() {
        return keeper.isEmpty() || keeper.get().isEnding();
    }

    /** A signal can come to the keeper after it came to this process. */
    private boolean isLastAfterGrace() {
        boolean last = isLast();
        if (last) {
            sockets.close();
        }
        return last;
    }

    private void end(Runnable how) {
        if (!closing.compareAndSet(false, true)) {
            awaitClosed();
            return;
        }
        try {
            how.run();
        } finally {
            keeper.ifPresent(KeeperSocket::close);
            closed.countDown();
        }
    }

    private static Duration shorter(Duration grace) {
        return grace.compareTo(LONGEST_LEAVING) < 0 ? grace : LONGEST_LEAVING;
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects what an agent needs. For use by one thread. */
    public static final class Builder {
        private @Nullable Path socket;
        private @Nullable Resolver resolver;
        private Duration handlerTimeout = Configuration.DEFAULT.handlerTimeout();
        private Duration resolverTimeout = Configuration.DEFAULT.resolverTimeout();
        private Duration onBehalfTimeout = Configuration.DEFAULT.onBehalfTimeout();
        private Duration handshakeTimeout = Configuration.DEFAULT.handshakeTimeout();
        private Duration shutdownGrace = Configuration.DEFAULT.shutdownGrace();
        private Duration longestSilence = Configuration.DEFAULT.longestSilence();
        private int maxInFlight = Configuration.DEFAULT.maxInFlight();
        private int maxInFlightPerContainer; // 0 for a quarter
        private int maxListeners = Configuration.DEFAULT.maxListeners();
        private int maxStateBytes = Configuration.DEFAULT.maxStateBytes();
        private int maxStoredBytes = Configuration.DEFAULT.maxStoredBytes();
        private int maxMountsPerContainer = Configuration.DEFAULT.maxMountsPerContainer();
        private String resolverName = "";
        private boolean strictPeers;
        private Keeper keeper = Keeper.none();
        private final Map<Integer, String> users = new LinkedHashMap<>();

        private Builder() {}

        /**
         * The path that container runtimes connect to, a profile's {@code listenerPath}. Without a path the agent
         * serves only the listeners that {@link SeccompAgent#attach} gives it.
         */
        public Builder socket(Path path) {
            socket = path;
            return this;
        }

        /** Chooses the handlers of each container. */
        public Builder resolver(Resolver chooser) {
            resolver = chooser;
            return this;
        }

        /** What the log calls the resolver. By default it does not mention the resolver. */
        public Builder resolverName(String name) {
            resolverName = name;
            return this;
        }

        /**
         * How long a handler may take before its call fails with ETIMEDOUT; 10 minutes by default. Delays, and opens on
         * behalf that wait, do not count.
         */
        public Builder handlerTimeout(Duration timeout) {
            handlerTimeout = timeout;
            return this;
        }

        /**
         * How long a container waits for its resolver; 30 seconds by default. After that its calls fail with EPERM
         * until the resolver answers. A resolver that takes so long is interrupted, and asked again.
         */
        public Builder resolverTimeout(Duration timeout) {
            resolverTimeout = timeout;
            return this;
        }

        /**
         * How long a call on behalf may take before its worker is killed; a minute by default. An open, for example of
         * a FIFO, may wait as long as its caller waits.
         */
        public Builder onBehalfTimeout(Duration timeout) {
            onBehalfTimeout = timeout;
            return this;
        }

        /** How long a connection may take to bring its state; {@link #HANDSHAKE_TIMEOUT_SECONDS} by default. */
        public Builder handshakeTimeout(Duration timeout) {
            handshakeTimeout = timeout;
            return this;
        }

        /** How long {@link SeccompAgent#close} waits for handlers; 5 seconds by default. */
        public Builder shutdownGrace(Duration grace) {
            shutdownGrace = grace;
            return this;
        }

        /**
         * After which time a keeper kills an agent that gives no sign of life, and starts the next one; 10 seconds by
         * default, zero for never. The agent gives four signs in that time, as long as its threads do their work.
         */
        public Builder longestSilence(Duration silence) {
            longestSilence = silence;
            return this;
        }

        /**
         * How many calls are handled at a time, at most 4096; 64 by default. Each container may have a quarter of that,
         * and an eighth is kept for containers that have no call in flight. Calls past the limits wait.
         *
         * <p>On top of that, eight times as many calls may be delayed by their handlers or take longer than a moment.
         * Delays past that limit are left out. A container may begin a call only while its calls in flight are less
         * than a sixteenth of what is still free.
         */
        public Builder maxInFlight(int limit) {
            maxInFlight = inRange("calls in flight", limit, 8, 4096); // each may have a thread
            return this;
        }

        /** How many of those one container may have; a quarter of {@link #maxInFlight} by default. */
        public Builder maxInFlightPerContainer(int limit) {
            maxInFlightPerContainer = inRange("calls in flight of a container", limit, 1, 4096);
            return this;
        }

        /**
         * How many listeners are served at a time; 16,384 by default. One more is closed, so its calls fail with
         * ENOSYS. A user has 256 at most. Listeners of an agent before this one are always served.
         */
        public Builder maxListeners(int limit) {
            maxListeners = inRange("listeners", limit, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How long a container process state may be, at most 8 MiB; 1 MiB by default. A longer one is refused. */
        public Builder maxStateBytes(int limit) {
            maxStateBytes = inRange("bytes of a state", limit, 1024, 8 << 20);
            return this;
        }

        /**
         * How much a {@link Keeper} keeps of all containers, in bytes; 64 MiB by default. One container or user may
         * have a sixteenth of what is free. A container past that is served, and not kept.
         */
        public Builder maxStoredBytes(int limit) {
            maxStoredBytes = inRange("stored bytes", limit, 0, Integer.MAX_VALUE);
            return this;
        }

        private static int inRange(String what, int given, int least, int most) {
            if (given < least || given > most) {
                throw new IllegalArgumentException(given + " " + what + ": give " + least + " to " + most);
            }
            return given;
        }

        /**
         * How many granted mounts a container may have at a time, at most 4096; 1000 by default. One more fails with
         * ENOSPC.
         */
        public Builder maxMountsPerContainer(int limit) {
            // A request for an umount carries all of them.
            maxMountsPerContainer = inRange("mounts of a container", limit, 0, 4096);
            return this;
        }

        /**
         * Whether, before Linux 6.5, a peer is refused if it ended before the agent could look at its capabilities.
         * From Linux 6.5 on it is always refused. On older kernels runtimes sometimes end that fast, so containers can
         * fail to start with this. Off by default: then the peer's uid decides on those kernels.
         */
        public Builder strictPeers(boolean strict) {
            strictPeers = strict;
            return this;
        }

        /**
         * Who keeps the listeners while there is no agent; {@link Keeper#none()} by default. A keeper is for one agent.
         */
        public Builder keeper(Keeper keeping) {
            keeper = keeping;
            return this;
        }

        /** The same without metadata: what the resolver does for it, it does for anybody. */
        public Builder allowUid(int uid) {
            return allowUid(uid, "");
        }

        /**
         * Lets the processes of a uid connect without CAP_SYS_ADMIN and hand over listeners of their own containers.
         * These are containers of processes that have that uid, or that are in a user namespace that the uid made. The
         * user has a socket of its own beside the agent's. Its name is the agent's with ".UID" added.
         *
         * <p>Nothing that such a peer says is believed. The resolver sees {@code metadata}, no annotations and no
         * bundle. Whatever the resolver grants, nothing is made with the agent's own privileges. A mount is granted
         * only if the user namespace that the user made may mount its type itself, and never for proc and sysfs. Device
         * nodes are made as the caller. Such a container is never frozen.
         *
         * @param metadata what its containers get in place of the profile's {@code listenerMetadata}
         */
        public Builder allowUid(int uid, String metadata) {
            if (uid == 0) {
                throw new IllegalArgumentException("root needs CAP_SYS_ADMIN");
            }
            users.put(uid, metadata);
            return this;
        }

        /**
         * Starts the agent. When this returns, runtimes can connect.
         *
         * @throws IOException if the agent cannot be started; the message says why and what to do
         */
        public SeccompAgent start() throws IOException {
            Objects.requireNonNull(resolver, "an agent needs a resolver");
            Configuration configuration = new Configuration(
                    maxInFlight,
                    maxInFlightPerContainer == 0 ? maxInFlight / 4 : Math.min(maxInFlightPerContainer, maxInFlight),
                    maxInFlight / 8,
                    maxInFlight * 8,
                    Configuration.DEFAULT.idleWorkers(),
                    maxMountsPerContainer,
                    maxListeners,
                    maxStateBytes,
                    maxStoredBytes,
                    handlerTimeout,
                    resolverTimeout,
                    onBehalfTimeout,
                    handshakeTimeout,
                    shutdownGrace,
                    longestSilence,
                    strictPeers,
                    Map.copyOf(users),
                    resolverName);
            try {
                Optional<String> missing = Requirements.missing();
                if (missing.isPresent()) {
                    throw new IOException(missing.get());
                }
                return AgentStart.start(configuration, resolver, socket, keeper);
            } catch (RuntimeException
                    | LinkageError
                    | VirtualMachineError e) { // lack of descriptors, threads, libraries or memory
                throw new IOException("the agent cannot start here: " + reason(e), e);
            }
        }

        private static String reason(Throwable e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause instanceof ErrnoException failed ? failed.getMessage() : cause.toString();
        }
    }
}
