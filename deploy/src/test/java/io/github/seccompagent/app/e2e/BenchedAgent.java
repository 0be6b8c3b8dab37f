package io.github.seccompagent.app.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** An agent that is measured, as a process; it must say "listening" when it is ready. */
final class BenchedAgent implements AutoCloseable {
    private final TempFolder folder = TempFolder.create();
    private final Process process;
    private final long readyAfterNanos;

    private BenchedAgent(String command) {
        Cleanup.atExit(this);
        String line = "exec " + command.replace("{socket}", socket().toString());
        long before = System.nanoTime();
        try {
            process = new ProcessBuilder("sh", "-c", line)
                    .redirectErrorStream(true)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            awaitListening(output);
            readyAfterNanos = System.nanoTime() - before;
            Thread rest = new Thread(() -> output.lines().forEach(each -> {}), "output of an agent");
            rest.setDaemon(true);
            rest.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one; {socket} in its command stands for its socket. */
    static BenchedAgent start(String command) {
        return new BenchedAgent(command);
    }

    private static void awaitListening(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.toLowerCase(Locale.ROOT).contains("listening")) {
                return;
            }
        }
        throw new AssertionError("the agent ended without saying that it is listening");
    }

    Path socket() {
        return folder.resolve("agent.socket");
    }

    long readyAfterNanos() {
        return readyAfterNanos;
    }

    /** A number of /proc/PID/status, as Threads or VmRSS, of itself and its helpers. */
    long status(String field) {
        long own = status(process.pid(), field);
        return own
                + process.descendants()
                        .mapToLong(child -> status(child.pid(), field))
                        .sum();
    }

    private static long status(long pid, String field) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> helpers = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        helpers.forEach(ProcessHandle::destroyForcibly);
        folder.close();
        Cleanup.done(this);
    }
}
