package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import java.nio.file.Path;
import java.util.List;

/** An agent under its keeper, which starts the next one when it is killed. Closing this ends both. */
final class KeptAgent implements AutoCloseable {
    private static final Path HELPER = Path.of(System.getProperty("seccompagent.dist"), "lib", "seccomp-helper");

    private final AgentProcess keeper;

    private KeptAgent(AgentProcess keeper) {
        this.keeper = keeper;
    }

    /** The program of the distribution. */
    static KeptAgent start(String resolver, String... options) {
        return new KeptAgent(AgentProcess.startBy(
                words -> Command.concat(List.of(AgentProcess.program(), "keep"), words), null, resolver, options));
    }

    /** A program of the tests, with handlers of its own. */
    static KeptAgent start(Class<?> program, String what) {
        List<String> command = List.of(
                HELPER.toString(),
                "keep",
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName());
        return new KeptAgent(AgentProcess.startBy(words -> Command.concat(command, words), null, what));
    }

    Path socket() {
        return keeper.socket();
    }

    /** The keeper, with the log of all agents. */
    AgentProcess keeper() {
        return keeper;
    }

    private ProcessHandle agent() {
        return ProcessHandle.of(keeper.pid())
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the keeper has no agent: " + String.join("\n", keeper.log())));
    }

    /** Kills the agent, and waits until the next one is ready. */
    void kill() {
        long ready = ready();
        killAgent();
        Await.until("the next agent").until(() -> ready() > ready);
    }

    /** Kills the agent, and waits for its end only. */
    void killAgent() {
        ProcessHandle agent = agent();
        Command.run("kill", "-KILL", Long.toString(agent.pid())).orFail();
        Await.until("its end").until(() -> !agent.isAlive());
    }

    private long ready() {
        return keeper.countLogged("listening on " + keeper.socket());
    }

    @Override
    public void close() {
        try {
            keeper.terminate();
            keeper.awaitEnd();
        } finally {
            keeper.close();
        }
    }
}
