package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An interactive shell whose prompt is "/ # ", and all that its terminal would show. */
final class ShellSession implements AutoCloseable {
    private static final String PROMPT = "/ # ";

    private final Process process;
    private final StringBuilder screen = new StringBuilder(); // guarded by itself

    private ShellSession(Process process) {
        this.process = process;
    }

    static ShellSession start(List<String> words) {
        try {
            ShellSession session = new ShellSession(
                    new ProcessBuilder(words).redirectErrorStream(true).start());
            Thread reader = new Thread(session::read, "shell session");
            reader.setDaemon(true);
            reader.start();
            session.awaitPrompt();
            synchronized (session.screen) {
                session.screen.setLength(0); // the shell's greeting
                session.screen.append(PROMPT);
            }
            return session;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        byte[] buffer = new byte[4096];
        try (InputStream output = process.getInputStream()) {
            for (int size = output.read(buffer); size >= 0; size = output.read(buffer)) {
                show(new String(buffer, 0, size, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            show("[" + e.getMessage() + "]");
        }
    }

    private void show(String text) {
        synchronized (screen) {
            screen.append(text);
        }
    }

    /** Types a line, and waits for what the shell does with it. */
    void type(String line) {
        show(line + "\n");
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new AssertionError("the shell is gone: " + screen(), e);
        }
        awaitPrompt();
    }

    private void awaitPrompt() {
        Await.until("a prompt").until(() -> screen().endsWith(PROMPT) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the shell is gone: " + screen());
        }
    }

    /** All that was typed and shown, with the prompts, but for the last one. */
    String transcript() {
        String all = screen();
        return all.substring(0, all.length() - PROMPT.length());
    }

    private String screen() {
        synchronized (screen) {
            return screen.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
