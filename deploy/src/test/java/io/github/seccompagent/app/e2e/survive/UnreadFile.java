package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A FUSE file system with a file that nobody can read, and whose readers nobody can end. */
final class UnreadFile implements AutoCloseable {
    private final TempFolder folder = TempFolder.create();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Process daemon;

    UnreadFile() {
        try {
            daemon = new ProcessBuilder(
                            TestPrograms.UNREAD.toString(), folder.path().toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "unread file");
        reader.setDaemon(true);
        reader.start();
        Await.until("the file system").until(() -> lines.contains("ready"));
    }

    private void read() {
        try (BufferedReader output = daemon.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (UncheckedIOException | IOException e) {
            lines.add("[" + e.getMessage() + "]");
        }
    }

    Path folder() {
        return folder.path();
    }

    /** Waits until somebody reads it. All that come later wait for the same answer. */
    void awaitReaders() {
        Await.until("a reader").until(() -> lines.contains("held"));
    }

    /** Its readers fail then. */
    void letGo() {
        daemon.destroyForcibly();
    }

    @Override
    public void close() {
        letGo();
        Command.run("umount", "--lazy", folder.path().toString()).orFail();
        folder.close();
    }
}
