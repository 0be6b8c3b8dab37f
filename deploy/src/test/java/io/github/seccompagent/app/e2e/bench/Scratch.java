package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.Cleanup;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.nio.file.Path;

/** A folder in an overlay, as containers have it, but in memory, so that no disk is measured. */
final class Scratch implements AutoCloseable {
    private final TempFolder folder = TempFolder.create();

    private Scratch() {
        Command.run(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "mode=755",
                        "tmpfs",
                        folder.path().toString())
                .orFail();
        Cleanup.atExit(this);
        Command.run(
                        "sh",
                        "-c",
                        "cd '" + folder.path() + "'; mkdir lower upper work both; mount -t overlay"
                                + " -o lowerdir=lower,upperdir=upper,workdir=work overlay both")
                .orFail();
    }

    static Scratch mount() {
        return new Scratch();
    }

    Path path() {
        return folder.resolve("both");
    }

    @Override
    public void close() {
        // A container that was killed may still go away, with its copies of the mounts.
        Command.run("umount", "--recursive", "--lazy", folder.path().toString()).orFail();
        folder.close();
        Cleanup.done(this);
    }
}
