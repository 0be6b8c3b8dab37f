package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A keeper, and the agent that it keeps. Other keepers can take over from it. */
final class KeptAgent implements AutoCloseable {
    private final List<String> before;
    private final String resolver;
    private final String[] options;
    private final List<AgentProcess> ended = new ArrayList<>(); // keepers that have given all away, or never had it
    private volatile AgentProcess keeper;

    private KeptAgent(List<String> before, @Nullable Path socket, String resolver, String... options) {
        this.before = before;
        this.resolver = resolver;
        this.options = options;
        keeper = startKeeper(socket);
    }

    /** Starts both, and waits until the agent listens. */
    static KeptAgent start(String resolver, String... options) {
        return new KeptAgent(List.of(), null, resolver, options);
    }

    /** The same with a program of the tests, which has handlers of its own. */
    static KeptAgent start(Class<?> program, String resolver) {
        return new KeptAgent(environment(program), null, resolver);
    }

    /** An option that such a program was started with, such as {@code --socketfile=}. */
    static String option(String name, String... options) {
        return Stream.of(options)
                .filter(option -> option.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }

    /** The same at a given socket. */
    static KeptAgent startAt(Path socket, Class<?> program, String resolver) {
        return new KeptAgent(environment(program), socket, resolver);
    }

    /** Has the launcher start a class of the tests: its options for Java end with the main class. */
    private static List<String> environment(Class<?> program) {
        String classes = System.getProperty("seccompagent.dist") + "/lib/seccomp-agent.jar:"
                + Path.of("target/test-classes").toAbsolutePath();
        return List.of(
                "env",
                "SECCOMP_AGENT_JAVA_OPTS=-Dslf4j.provider=io.github.seccompagent.app.LogBackend"
                        + " -Dslf4j.internal.verbosity=WARN -cp " + classes + " " + program.getName());
    }

    private AgentProcess startKeeper(@Nullable Path socket, String... takeover) {
        AgentProcess started =
                AgentProcess.beginBy(words -> Command.concat(command(takeover), words), socket, resolver, options);
        try {
            started.awaitLog("listening on " + started.socket());
            return started;
        } catch (RuntimeException | AssertionError e) {
            started.close();
            throw e;
        }
    }

    private List<String> command(String... takeover) {
        return Command.concat(Command.concat(before, List.of(AgentProcess.program(), "keep")), List.of(takeover));
    }

    Path socket() {
        return keeper.socket();
    }

    AgentProcess keeper() {
        return keeper;
    }

    /** What all of them have written. */
    List<String> log() {
        return Stream.concat(ended.stream(), Stream.of(keeper))
                .flatMap(each -> each.log().stream())
                .toList();
    }

    /** The agent that runs now. */
    ProcessHandle agent() {
        return Processes.java(keeper.pid())
                .orElseThrow(() -> new AssertionError("the keeper has no agent: " + String.join("\n", log())));
    }

    /** Has another keeper take over, and waits until this one has ended. */
    void upgrade() {
        adopt(startKeeper(socket(), "--takeover"));
    }

    /** Starts another keeper that takes over, and does not wait. To be followed by {@link #endUpgrade}. */
    AgentProcess beginUpgrade() {
        return AgentProcess.beginBy(words -> Command.concat(command("--takeover"), words), socket(), resolver, options);
    }

    /** Waits until one of the two keepers has ended. Returns whether the other one has taken over. */
    boolean endUpgrade(AgentProcess other) {
        Await.until("the end of one of two keepers").until(() -> !keeper.isAlive() || !other.isAlive());
        if (keeper.isAlive()) {
            ended.add(other);
            return false;
        }
        adopt(other);
        return true;
    }

    private void adopt(AgentProcess next) {
        AgentProcess given = keeper;
        keeper = next;
        ended.add(given);
        Await.until("the end of the keeper that has given all away").until(() -> !given.isAlive());
    }

    /** Kills the agent, and waits until the next one is ready. */
    void kill() {
        long ready = ready();
        killAgent();
        awaitReady(ready + 1);
    }

    /** Kills the agent, and waits for its end only. */
    void killAgent() {
        ProcessHandle killed = agent();
        Processes.kill(killed);
        Await.until("the agent's end").until(() -> !killed.isAlive());
    }

    /** Kills the agent. The keeper starts no other one before {@link #startNext}. */
    void killForNow() {
        ProcessHandle killed = agent();
        Processes.signal(keeper.pid(), "STOP");
        Processes.kill(killed);
        Await.until("the agent's end").until(() -> Processes.isDead(killed.pid()));
    }

    /** Has the keeper start the next agent, and waits until it is ready. */
    void startNext() {
        long ready = ready();
        Processes.signal(keeper.pid(), "CONT");
        awaitReady(ready + 1);
    }

    /** How many agents of this keeper have been ready until now. */
    long ready() {
        return keeper.countLogged("listening on " + keeper.socket());
    }

    void awaitReady(long count) {
        Await.until("the next agent").until(() -> ready() >= count);
    }

    /** Has the keeper end its agent: if the keeper is killed, the agent goes on. */
    @Override
    public void close() {
        Optional<ProcessHandle> agent = Processes.java(keeper.pid());
        Processes.signal(keeper.pid(), "CONT");
        keeper.terminate();
        try {
            keeper.awaitEnd();
        } finally {
            agent.ifPresent(ProcessHandle::destroyForcibly);
            keeper.close();
            ended.forEach(AgentProcess::close);
        }
    }
}
