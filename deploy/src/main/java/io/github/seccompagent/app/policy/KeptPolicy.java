package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.TextFile;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of the policy that is used, beside the agent's socket. If the agent is killed while the policy's own file is
 * broken, the next agent uses this: else the containers that run would wait for an agent that cannot start.
 */
public final class KeptPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(KeptPolicy.class);

    private final @Nullable Path file;

    private KeptPolicy(@Nullable Path file) {
        this.file = file;
    }

    /** That of the agent with a socket. */
    public static KeptPolicy besideSocket(Path socket) {
        return new KeptPolicy(socket.resolveSibling(socket.getFileName() + ".policy"));
    }

    /** For an agent that no other one follows. */
    public static KeptPolicy none() {
        return new KeptPolicy(null);
    }

    /** The text that an agent wrote last; empty if there is none. */
    Optional<String> read() {
        try {
            return file == null || !Files.isRegularFile(file)
                    ? Optional.empty()
                    : Optional.of(TextFile.read(file, PolicyParser.KIND));
        } catch (UsageException e) {
            LOG.error("{}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Replaces it as a whole. What goes wrong is logged. */
    void write(String text) {
        if (file == null) {
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(next); // of an agent that was killed meanwhile
            try (SeekableByteChannel out = Files.newByteChannel(
                    next,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("the policy has no copy for the next agent: {}: {}", file, e.getMessage());
        }
    }
}
