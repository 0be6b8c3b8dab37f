package io.github.seccompagent.app.e2e;

import java.nio.file.Path;

/** A FUSE file system with a file that can be opened; to close it takes as long as this is there. */
final class FlushlessFuse implements AutoCloseable {
    private final TempFolder folder = TempFolder.create();
    private final Process daemon;

    FlushlessFuse() {
        Cleanup.atExit(this);
        daemon = TestDaemon.start(
                "ready", TestPrograms.FLUSHLESS.toString(), folder.path().toString());
    }

    Path folder() {
        return folder.path();
    }

    /** Lets go of all that hangs. */
    void end() {
        daemon.destroyForcibly();
        try {
            daemon.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Command.run("umount", "--lazy", folder.path().toString()).orFail();
            folder.close();
        } finally {
            Cleanup.done(this);
        }
    }
}
