package io.github.seccompagent.app.e2e.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A command that asks the running agent, and what it has printed. Closing it ends it. */
final class Asked implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    private Asked(List<String> words) {
        try {
            process = new ProcessBuilder(words).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        collect(process.inputReader(StandardCharsets.UTF_8), lines);
        collect(process.errorReader(StandardCharsets.UTF_8), errors);
    }

    /** The control socket of an agent. */
    static Path control(Path socket) {
        return socket.resolveSibling(socket.getFileName() + ".control");
    }

    /** An agent logs that it listens a moment before it has its control socket. */
    static void awaitControl(AgentProcess agent) {
        Await.until("the control socket").until(() -> Files.exists(control(agent.socket())));
    }

    static List<String> words(Path socket, String command, String... options) {
        return Command.concat(List.of(AgentProcess.program(), command, "--socketfile=" + socket), List.of(options));
    }

    /** Has a command end, and returns what it has said. */
    static Command.Result toEnd(Path socket, String command, String... options) {
        return Command.run(words(socket, command, options));
    }

    /** Starts a command that goes on, and waits until the agent has it among its clients. */
    static Asked begin(AgentProcess agent, String command, String... options) {
        awaitControl(agent);
        long before = agent.countLogged("a client watches calls");
        Asked asked = new Asked(words(agent.socket(), command, options));
        Await.until("the client").until(() -> agent.countLogged("a client watches calls") > before);
        return asked;
    }

    /** A client that asks for all calls and reads nothing but the first line. */
    static SocketChannel silent(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(control(socket)));
        OutputStream out = Channels.newOutputStream(channel);
        out.write("{\"version\":1,\"command\":\"trace\"}\n".getBytes(StandardCharsets.US_ASCII));
        int read = Channels.newInputStream(channel).read();
        if (read != '{') {
            throw new AssertionError("the agent says " + read);
        }
        return channel;
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static void collect(BufferedReader output, List<String> to) {
        Thread reader = new Thread(
                () -> {
                    try (output) {
                        output.lines().forEach(to::add);
                    } catch (UncheckedIOException | IOException closed) {
                        to.add("[" + closed.getMessage() + "]");
                    }
                },
                "output of a command");
        reader.setDaemon(true);
        reader.start();
    }

    /** What it has printed to standard error. */
    List<String> errors() {
        return errors;
    }

    List<String> lines() {
        return lines;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for a line that contains all of {@code parts}. */
    String await(String... parts) {
        try {
            Await.until("a line with " + List.of(parts)).until(() -> find(parts) != null);
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + "; it printed: " + lines + errors, e);
        }
        return find(parts);
    }

    private String find(String... parts) {
        return lines.stream()
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
