package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Seal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/**
 * The node's secret, in a file beside the agent's socket. What the plugin says about a container goes through its
 * runtime to the agent, and perhaps to the next agent, and is sealed with it.
 */
public final class NodeKey {
    private static final int LENGTH = 32;
    private static final int WHO_ELSE = 077;
    private static final Path SELF = Path.of("/proc/thread-self");

    private final Path file;

    private NodeKey(Path file) {
        this.file = file;
    }

    /** That of the agent with a socket. */
    public static NodeKey besideSocket(Path socket) {
        return new NodeKey(socket.resolveSibling(socket.getFileName() + ".key"));
    }

    /**
     * The seal with the key; empty if there is no key.
     *
     * @throws UsageException if others may read the file, or if it is broken
     */
    public Optional<Seal> seal() {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(new Seal(read())) : Optional.empty();
    }

    /**
     * The same, and makes a key if there is none.
     *
     * @throws UsageException also if it cannot be made
     */
    public Seal sealOrMake() {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            make();
        }
        return new Seal(read());
    }

    private byte[] read() {
        try {
            int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            boolean isFile = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            boolean isOwn = uid(file).equals(uid(SELF));
            if (!isFile || !isOwn || (mode & WHO_ELSE) != 0) {
                throw new UsageException(file + ": it is no file that only root may read: remove it. Containers that"
                        + " have grants must be created again then");
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != LENGTH) {
                throw new UsageException(file + ": it is no key of this agent: remove it. Containers that have grants"
                        + " must be created again then");
            }
            return key;
        } catch (IOException e) {
            throw new UsageException(file + ": the key cannot be read: " + e.getMessage());
        }
    }

    private static Object uid(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** Nobody ever sees half a key, also if the machine stops meanwhile, or if another agent makes one too. */
    private void make() {
        SecureRandom random = new SecureRandom();
        Path whole = file.resolveSibling(file.getFileName() + "." + Long.toHexString(random.nextLong()) + ".new");
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
        try {
            try (FileChannel out = FileChannel.open(
                    whole,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(mine))) {
                out.write(ByteBuffer.wrap(key));
                out.force(true);
            }
            Files.createLink(file, whole);
        } catch (FileAlreadyExistsException e) {
            // another agent was faster
        } catch (IOException e) {
            throw new UsageException(file + ": the key cannot be made: " + e.getMessage());
        } finally {
            remove(whole);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // it is no key, and only root may read it
        }
    }
}
