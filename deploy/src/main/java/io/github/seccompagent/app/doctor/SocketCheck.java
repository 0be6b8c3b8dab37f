package io.github.seccompagent.app.doctor;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.linux.helper.ListenerProbe;
import io.github.seccompagent.linux.helper.ListenerProbe.ListeningProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The socket of an agent. A process hands over a listener there as a runtime does, and makes one call. The agent has it
 * in its log as a container, for as long as the process lives.
 */
final class SocketCheck implements Check {
    private static final String LISTENING = "socket-listening";
    private static final String ANSWER = "socket-answer";
    private static final String HANG = "notified calls of containers wait, and new containers do not start";

    private final Path path;
    private final Self self;
    private Optional<ListeningProcess> agent = Optional.empty();

    SocketCheck(Path path, Self self) {
        this.path = path;
        this.self = self;
    }

    /** The process of the agent that answered, if it is known. */
    Optional<ListeningProcess> agent() {
        return agent;
    }

    @Override
    public List<Finding> look() throws IOException {
        SocketFile file = new SocketFile(path);
        Optional<Finding> obstacle = file.obstacle();
        if (obstacle.isPresent()) {
            return List.of(obstacle.get());
        }
        List<Finding> findings = new ArrayList<>(file.protection());
        if (self.isOrdinaryUser() || !self.isAdministrator()) {
            findings.add(Found.unknown(
                    ANSWER,
                    "whether somebody answers at " + path + " was not tried",
                    self.lack() + ", and an agent refuses such a process",
                    Self.remedy()));
        } else {
            findings.addAll(tryOut());
        }
        return findings;
    }

    private List<Finding> tryOut() {
        try (ListenerProbe probe = new ListenerProbe()) {
            ListenerProbe.Outcome outcome = probe.tryOut(path, "seccomp-agent-doctor-" + probe.pid());
            Optional<Errno> errno = outcome.failure().map(failure -> failure.errno());
            return outcome.listening()
                    .map(who -> answers(who, errno))
                    .orElseGet(() -> List.of(unreachable(errno.orElse(Errno.EIO))));
        }
    }

    private Finding unreachable(Errno errno) {
        return switch (errno) {
            case ECONNREFUSED ->
                Found.error(
                        LISTENING,
                        "nobody listens at " + path + " (" + errno + ")",
                        "the agent has ended: no new container starts, and notified calls of others fail with ENOSYS",
                        "start the agent again; it replaces the file, and under a keeper it goes on with containers");
            case EPROTOTYPE ->
                Found.error(
                        LISTENING,
                        path + " is a socket of another type (" + errno + ")",
                        "it is not that of an agent, so a runtime cannot connect",
                        "name the agent's socket with --socketfile");
            case ETIMEDOUT ->
                Found.error(
                        LISTENING,
                        "nobody accepts connections at " + path + " (" + errno + ")",
                        HANG,
                        "read the log of the agent, and start it again");
            default ->
                Found.unknown(
                        LISTENING,
                        "the doctor cannot connect to " + path + " (" + errno + ")",
                        "so it is not known whether an agent is there",
                        Self.remedy());
        };
    }

    private List<Finding> answers(ListeningProcess who, Optional<Errno> failure) {
        ListeningCommand command = ListeningCommand.of(who.pid());
        String name = command.toString();
        List<Finding> findings = new ArrayList<>();
        findings.add(
                who.uid() == 0
                        ? Found.ok(LISTENING, name + " listens at " + path)
                        : Found.error(
                                LISTENING,
                                name + " of uid " + Integer.toUnsignedString(who.uid()) + " listens at " + path,
                                "an agent runs as root; another process gets the listeners of containers",
                                "end that process, and start the agent as root"));
        findings.add(failure.map(errno -> unanswered(name, errno)).orElseGet(() -> {
            agent = Optional.of(who).filter(process -> command.isOfAgent());
            return Found.ok(ANSWER, name + " answers a notified call");
        }));
        return findings;
    }

    private Finding unanswered(String name, Errno errno) {
        return switch (errno) {
            case ETIMEDOUT ->
                Found.error(
                        ANSWER,
                        name + " does not answer a notified call within 5 seconds",
                        HANG,
                        "read its log; an agent that hangs is replaced by its keeper when it is killed");
            case ENOSYS, ECONNRESET, EPIPE ->
                Found.error(
                        ANSWER,
                        name + " takes a listener and closes it (" + errno + ")",
                        "the notified calls of containers fail with ENOSYS",
                        "read its log, which says why; an agent refuses a peer of another user or pid namespace, and"
                                + " one past its limits");
            case EBUSY ->
                Found.unknown(
                        ANSWER,
                        "whether " + name + " answers was not tried (" + errno + ")",
                        "the filters of this process have a listener already, so there is none to try with",
                        "run the doctor outside of this container or session");
            default ->
                Found.warning(
                        ANSWER,
                        name + " answers a harmless notified call with " + errno,
                        "an agent lets go what no handler is for, unless its resolver denies unknown containers",
                        "read its log for seccomp-agent-doctor");
        };
    }
}
