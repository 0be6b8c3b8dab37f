package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.linux.cgroup.Cgroups;
import io.github.seccompagent.linux.helper.Executor;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.peer.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of an agent: makes its parts, goes on with what the agent before has left, and then lets runtimes connect.
 * If it fails, what was left is left to the next agent.
 */
final class AgentStart {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStart.class);
    private static final Duration LONGEST_START = Duration.ofMinutes(1);

    private final Configuration configuration;
    private final Keeper keeper;
    private final Sockets sockets;
    private final AgentParts parts;
    private final KeptJournal journal;

    private AgentStart(
            Configuration configuration, Keeper keeper, Sockets sockets, AgentParts parts, KeptJournal journal) {
        this.configuration = configuration;
        this.keeper = keeper;
        this.sockets = sockets;
        this.parts = parts;
        this.journal = journal;
    }

    /** @param path of the socket; null for none */
    static SeccompAgent start(Configuration configuration, Resolver resolver, @Nullable Path path, Keeper keeper)
            throws IOException {
        keeper.claim();
        keeper.socket().ifPresent(AgentStart::beginUnder);
        PeerPolicy policy = new PeerPolicy(configuration.strictPeers() || Peer.canBeTold(), configuration.users());
        Executor executor = executor(configuration, new KeptExecutors(keeper));
        RestartedCalls restarted = new RestartedCalls(KeptEffects.of(keeper));
        KeptContainers kept = new KeptContainers(keeper.socket(), configuration.maxStoredBytes());
        KeptConnections connections = new KeptConnections(keeper.socket());
        KeptJournal journal;
        AgentParts parts;
        Sockets sockets;
        try {
            sockets = sockets(path, configuration.users().keySet(), keeper, executor);
            try {
                journal = new KeptJournal(keeper, AgentParts.threads(configuration));
                keeper.awaitTurn();
                parts = AgentParts.make(
                        configuration, resolver, policy, executor, journal.slots(), restarted, kept, connections);
            } catch (RuntimeException | Error e) {
                keeper.socket().ifPresentOrElse(any -> sockets.leave(), sockets::close);
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            Ending.runInOrder(executor::abandon, restarted::close);
            throw e;
        }
        SeccompAgent agent = new SeccompAgent(configuration, keeper.socket(), sockets, parts);
        AgentStart start = new AgentStart(configuration, keeper, sockets, parts, journal);
        try (Restore restore = new Restore(keeper.kept(), journal.slots(), parts, policy)) {
            List<KeptConnections.Kept> brought = connections.take(keeper.kept());
            try {
                start.begin(restore, brought);
            } catch (RuntimeException | Error e) { // a thread does not start
                agent.park();
                throw e;
            }
        }
        return agent;
    }

    private static void beginUnder(KeeperSocket keeper) {
        watch(keeper, LONGEST_START);
        try {
            Cgroups.endOneForMemory(); // or the keeper would end with the agent
        } catch (ErrnoException e) {
            LOG.debug("if memory is used up, the keeper may end with the agent: {}", e.getMessage());
        }
    }

    private static void watch(KeeperSocket keeper, Duration longestSilence) {
        try {
            keeper.watch(longestSilence);
        } catch (ErrnoException gone) {
            LOG.debug("{}", gone.getMessage());
        }
    }

    private static Executor executor(Configuration configuration, KeptExecutors kept) throws IOException {
        try {
            return Executor.start(configuration.idleWorkers(), kept);
        } catch (ErrnoException e) {
            throw new IOException("cannot start the helper that makes calls on behalf: " + e.getMessage(), e);
        }
    }

    private static Sockets sockets(@Nullable Path path, Set<Integer> users, Keeper keeper, Executor executor)
            throws IOException {
        KeptSockets kept = new KeptSockets(keeper);
        try {
            return path == null ? Sockets.NONE : Sockets.open(path, users, kept, keeper.hasContainers(), executor);
        } finally {
            kept.closeRest();
        }
    }

    /** Starts the threads, and goes on with what the agent before has left, before anybody new comes. */
    private void begin(Restore restore, List<KeptConnections.Kept> connections) {
        restore.freeStale();
        parts.start();
        int listeners = restore.run();
        journal.forgetOthers();
        if (listeners > 0) {
            LOG.info("listeners of the agent before this one: {}", listeners);
        }
        if (!sockets.all().isEmpty()) {
            parts.handshakes().warmUp();
        }
        parts.handshakes().restore(connections, restore::hasBrought);
        for (ServedSocket each : sockets.all()) {
            each.accept();
            new Acceptor(each, parts.handshakes()).begin();
            LOG.debug("listening on {}", each.path());
        }
        keeper.ready();
        keeper.socket().ifPresent(socket -> watch(socket, configuration.longestSilence()));
    }
}
