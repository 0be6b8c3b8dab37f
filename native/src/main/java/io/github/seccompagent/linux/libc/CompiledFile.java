package io.github.seccompagent.linux.libc;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What the build has compiled from C. Each is a resource of this module. It is used from a sealed memfd, so it needs no
 * filesystem that allows writing or executing, and nobody can change it while it is used.
 */
public final class CompiledFile {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_EXEC = 0x10;
    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 0xf;

    private CompiledFile() {}

    /**
     * Makes a memfd of the file for this machine.
     *
     * @param near a class in the package of the resource
     * @param name the name of the resource, without the dash and the machine at its end
     * @return the memfd, which the caller owns
     * @throws ErrnoException ENOENT if this build has none for this machine; as memfd_create(2) and write(2)
     */
    public static int open(Class<?> near, String name) {
        byte[] content =
                content(near, name + (System.getProperty("os.arch").equals("aarch64") ? "-aarch64" : "-x86_64"));
        int memfd = memfd(LibC.string(name));
        if (LibC.write(memfd, content, content.length) != content.length
                || LibC.fcntl(memfd, F_ADD_SEALS, ALL_SEALS) < 0) {
            ErrnoException failure = LibC.failure("writing " + name + " to a memfd");
            LibC.close(memfd);
            throw failure;
        }
        return memfd;
    }

    private static byte[] content(Class<?> near, String resource) {
        try (InputStream found = near.getResourceAsStream(resource)) {
            if (found == null) {
                throw new ErrnoException(Errno.ENOENT, resource + " is not in this build");
            }
            return found.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int memfd(byte[] label) {
        int memfd = LibC.memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        if (memfd < 0) { // MFD_EXEC came with Linux 6.3
            memfd = LibC.memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        }
        if (memfd < 0) {
            throw LibC.failure("memfd_create");
        }
        return memfd;
    }
}
