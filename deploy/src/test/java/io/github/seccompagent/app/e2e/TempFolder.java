package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder of a test's own, which everybody may enter. */
record TempFolder(Path path) implements AutoCloseable {

    static TempFolder create() {
        try {
            TempFolder folder = new TempFolder(Files.createTempDirectory("seccomp-agent-e2e-"));
            Cleanup.atExit(folder);
            Files.setPosixFilePermissions(folder.path, PosixFilePermissions.fromString("rwxr-xr-x"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** A new file with nothing in it. */
    Path emptyFile() {
        try {
            return Files.createTempFile(path, "empty-", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Cleanup.done(this);
    }
}
