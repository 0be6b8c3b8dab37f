package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.process.KnownProcess;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who keeps an agent's listeners while there is no agent, and starts the next one. With a keeper the end of an agent is
 * no end for its containers: when it is killed, and after {@link SeccompAgent#park}, everything is left to the next
 * one.
 */
public final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final String SOCKET = "SECCOMP_AGENT_KEEPER";
    private static final String PID = "LISTEN_PID";
    private static final String WAIT = "SECCOMP_AGENT_WAIT";
    private static final String SYSTEMD = "NOTIFY_SOCKET";
    private static final String SYSTEMD_PID = "SYSTEMD_EXEC_PID"; // from systemd 248 on

    private final @Nullable KeeperSocket socket;
    private final KeptFds kept;
    private final boolean waits;
    private final AtomicBoolean taken = new AtomicBoolean();

    /** @param waits whether what is kept may still be another agent's, until the keeper says GO */
    Keeper(@Nullable KeeperSocket socket, KeptFds kept, boolean waits) {
        this.socket = socket;
        this.kept = kept;
        this.waits = waits;
    }

    /** Nobody: when the agent ends, the notified calls of its containers fail with ENOSYS. */
    public static Keeper none() {
        return new Keeper(null, KeptFds.of(Map.of()), false);
    }

    /**
     * The one that has started this process, as {@code seccomp-agent keep} does, or systemd where that has started it;
     * nobody if there is none. systemd keeps nothing unless the unit's FileDescriptorStoreMax says so. To be called
     * once, by one agent of this process, before other processes are started: these would have copies of all listeners.
     */
    public static Keeper ofEnvironment() {
        Map<String, String> environment = System.getenv();
        boolean maybe = environment.containsKey(SOCKET) || environment.containsKey(SYSTEMD);
        return maybe ? ofEnvironment(environment, KnownProcess.ownId()) : none();
    }

    static Keeper ofEnvironment(Map<String, String> environment, int pid) {
        String socket = environment.getOrDefault(SOCKET, "");
        String systemd = environment.getOrDefault(SYSTEMD, "");
        try {
            // Else it is the environment of a process that has started this one.
            if (!socket.isEmpty() && isOwn(environment.getOrDefault(PID, ""), pid)) {
                return new Keeper(
                        KeeperSocket.of(Integer.parseInt(socket)),
                        KeptFds.of(environment, pid),
                        environment.getOrDefault(WAIT, "").equals("1"));
            }
            if (socket.isEmpty()
                    && !systemd.isEmpty()
                    && isOwn(environment.getOrDefault(SYSTEMD_PID, Integer.toString(pid)), pid)) {
                return new Keeper(KeeperSocket.ofSystemd(systemd), KeptFds.of(environment, pid), false);
            }
        } catch (NumberFormatException | ErrnoException e) {
            LOG.error("nobody keeps the listeners: {}{}: {}", socket, systemd, e.getMessage());
        }
        return none();
    }

    private static boolean isOwn(String text, int pid) {
        return text.equals(Integer.toString(pid));
    }

    /**
     * Whether an agent before this one has served. Containers, or connections of runtimes, may wait for an agent that
     * starts, whatever else it can not do.
     */
    public boolean hasServed() {
        return hasContainers() || kept.names().stream().anyMatch(KeptAcceptors::isName);
    }

    /** Whether an agent before this one has left containers. */
    boolean hasContainers() {
        return kept.names().stream().anyMatch(name -> name.startsWith(KeptContainers.LISTENER));
    }

    /** Called by the agent that it is for, the only one. */
    void claim() {
        if (socket != null && !taken.compareAndSet(false, true)) {
            throw new IllegalStateException("a keeper is for one agent");
        }
    }

    /**
     * Called when nothing is left that could keep the agent from starting, and before it touches what other agents have
     * too: the calls that are in flight, and connections. If another keeper may still go on with an agent of its own,
     * this says that the agent is ready, and waits until that keeper has let go.
     *
     * @throws ErrnoException EPIPE if this keeper ends meanwhile: the other one goes on
     */
    void awaitTurn() {
        if (socket != null && waits) {
            LOG.debug("ready, and waiting for the other agent's keeper");
            socket.ready();
            socket.awaitGo();
        }
    }

    /** Called when everything that was kept is served again. */
    void ready() {
        if (socket != null && !waits) {
            socket.ready();
        }
    }

    /** Whether another agent, of another keeper, has served until now. */
    boolean takesOver() {
        return waits;
    }

    /** Empty if there is none. */
    Optional<KeeperSocket> socket() {
        return Optional.ofNullable(socket);
    }

    /** What came from the agent before. */
    KeptFds kept() {
        return kept;
    }
}
