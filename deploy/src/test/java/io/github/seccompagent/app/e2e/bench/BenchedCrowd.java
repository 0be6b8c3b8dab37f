package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.Cleanup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Many processes with one listener each. See crowd.c. A step of all takes as long as the slowest process. */
final class BenchedCrowd implements AutoCloseable {
    private final Process process;
    private final BenchedAgent agent;
    private final Writer commands;
    private final BufferedReader answers;

    private BenchedCrowd(Process process, BenchedAgent agent) {
        this.process = process;
        this.agent = agent;
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        answers = process.inputReader(StandardCharsets.US_ASCII);
        Cleanup.atExit(this);
    }

    static BenchedCrowd start(Path programs, BenchedAgent agent, int size) throws IOException {
        Process process = new ProcessBuilder(
                        programs.resolve("crowd").toString(), agent.socket().toString(), Integer.toString(size))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new BenchedCrowd(process, agent);
    }

    /** Hands all listeners to the agent, and makes one call in each process. Returns nanoseconds. */
    long attach() throws IOException {
        return command("attach");
    }

    /** Makes plain calls in each process. Returns nanoseconds. */
    long calls(int each) throws IOException {
        return command("calls " + each);
    }

    /** How long all took, and how long one took, in nanoseconds. */
    record Timed(long all, long p50, long p99) {}

    /** Makes plain calls in each process, and measures each. */
    Timed timed(int each) throws IOException {
        String[] answer = answer("timed " + each).split(" ");
        return new Timed(Long.parseLong(answer[0]), Long.parseLong(answer[1]), Long.parseLong(answer[2]));
    }

    /** Has each process make calls that sleep in the agent, until this is closed. */
    void sleep() throws IOException {
        command("sleep");
    }

    private long command(String command) throws IOException {
        return Long.parseLong(answer(command));
    }

    private String answer(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new AssertionError("the crowd ended at '" + command + "'" + agent.firstLines());
        }
        return answer;
    }

    /** Kills all processes of the crowd. */
    @Override
    public void close() {
        try {
            commands.close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Cleanup.done(this);
    }
}
