package io.github.seccompagent.linux.peer;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.EndingProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The socket that container runtimes connect to. From the instant that its path exists, only its owner can connect. So
 * it is bound in a private folder beside its path and then renamed. {@link PeerAcceptor} accepts the connections. Safe
 * for use by several threads.
 */
public final class ListeningSocket implements AutoCloseable {
    private static final int O_RDONLY = 0;
    private static final int O_DIRECTORY = 0200000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_ATTEMPTS = 200;
    private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int ANSWER_MILLIS = 1000;
    private static final int BACKLOG = 4096; // the kernel lowers it to net.core.somaxconn
    /** The longest path of a socket in bytes, unix(7), without the final NUL. */
    public static final int SUN_PATH_MAX = UnixSocket.PATH_MAX;

    private final Path path;
    private final String file;
    private final Fd server;
    private volatile boolean closed;
    private boolean released; // guarded by this

    private ListeningSocket(Path path, Fd server, String file) {
        this.path = path;
        this.server = server;
        this.file = file;
    }

    /** Another process listens on the path. */
    public static final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        InUseException(Path path) {
            super(path + " is in use by another process that listens on it");
        }
    }

    /**
     * Listens on {@code path}. Replaces a socket file on which nobody listens.
     *
     * @throws InUseException if somebody listens there
     * @throws IOException if it cannot be done; the message says what to do
     */
    public static ListeningSocket bind(Path path) throws IOException {
        return bind(path, 0, socket -> {});
    }

    /**
     * Does the same for a user. Only that user, and processes that may do anything, can connect.
     *
     * @param ready runs when everything is done and only the path is still missing; if it throws, the socket is closed
     *     and its exception is thrown on
     */
    public static ListeningSocket bind(Path path, int owner, Consumer<ListeningSocket> ready) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("the folder of the socket " + absolute + " does not exist: make it first");
        }
        if (absolute.toString().getBytes(StandardCharsets.UTF_8).length > SUN_PATH_MAX) {
            throw new IOException("the socket path " + absolute + " is longer than " + SUN_PATH_MAX
                    + " bytes, so nobody could connect: use a shorter one");
        }
        // The lock is held while looking and renaming. So if two agents start at once, the second one sees the first.
        try (Fd lock = Fd.open(folder.toString(), O_RDONLY | O_DIRECTORY)) {
            lock(lock);
            refuseUnlessStale(absolute);
            return bindBeside(absolute, folder, owner, ready);
        } catch (ErrnoException e) {
            throw new IOException("cannot use the folder " + folder + " of the socket: " + e.errno(), e);
        }
    }

    /** Anybody who can read the folder can hold its lock. So after a moment the agent goes on without the lock. */
    private static void lock(Fd folder) {
        for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
            if (LibC.flock(folder.number(), LOCK_EX | LOCK_NB) == 0) {
                return;
            }
            LockSupport.parkNanos(LOCK_PAUSE_NANOS);
        }
    }

    private static void refuseUnlessStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & S_IFMT) != S_IFSOCK) {
            throw new IOException(path + " exists and is not a socket: remove it, or choose another --socketfile");
        }
        if (isServed(path)) {
            throw new InUseException(path);
        }
    }

    private static boolean isServed(Path path) throws IOException {
        try (Fd connection = UnixSocket.connectedTo(path)) {
            return !EndingProcess.is(UnixSocket.peerOf(connection).pid()) || isAnswered(connection);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ECONNREFUSED) {
                return false;
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Whether somebody accepts the connection. An agent ends a connection that says nothing. A process that was killed
     * keeps its socket while a thread of it hangs in the kernel, but it may have given the socket to another process.
     */
    private static boolean isAnswered(Fd connection) {
        LibC.shutdown(connection.number(), SHUT_WR);
        return Poll.hasInput(connection, ANSWER_MILLIS);
    }

    private static ListeningSocket bindBeside(Path path, Path folder, int owner, Consumer<ListeningSocket> ready)
            throws IOException {
        // The name need not be secret, unlike that of the JDK's temporary folders. Setting up the random numbers for a
        // secret name takes 7 ms.
        Path hidden = Files.createDirectory(
                folder.resolve(".seccomp-agent-" + LibC.getpid() + "-" + System.nanoTime()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Fd hiddenFd = Fd.open(hidden.toString(), O_RDONLY | O_DIRECTORY)) {
            // The socket is bound through the descriptor. The folder's path is longer and might not fit into an
            // address. The owner of the parent folder could also put another folder in its place.
            return bindAt(Path.of("/proc/self/fd/" + hiddenFd.number(), "socket"), path, owner, ready);
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    private static ListeningSocket bindAt(Path bound, Path path, int owner, Consumer<ListeningSocket> ready)
            throws IOException {
        Fd server = UnixSocket.listeningAt(bound, BACKLOG);
        try {
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
            if (owner != 0 && LibC.chown(LibC.string(bound.toString()), owner, -1) < 0) {
                throw LibC.failure("chown of the socket " + path);
            }
            ListeningSocket socket = new ListeningSocket(path, server, fileAt(bound));
            ready.accept(socket);
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            return socket;
        } catch (IOException | RuntimeException | Error e) {
            server.close();
            Files.deleteIfExists(bound);
            throw e;
        }
    }

    /**
     * Goes on with a socket that a process before this one listened at. Who has connected since then is still to be
     * accepted. Takes the ownership of the descriptor.
     *
     * @param file what {@link #file} was there
     * @return empty if it listens at another path, or is no socket that listens, or its file is gone or is another one
     *     now
     */
    public static Optional<ListeningSocket> inherit(Path path, Fd kept, String file) {
        Path absolute = path.toAbsolutePath();
        try {
            if (file.equals(fileAt(absolute)) && isListening(kept)) {
                return Optional.of(new ListeningSocket(absolute, kept, file));
            }
        } catch (IOException gone) {
            // the same
        }
        kept.close();
        return Optional.empty();
    }

    private static boolean isListening(Fd socket) {
        byte[] listens = new byte[Integer.BYTES];
        return LibC.getsockopt(socket.number(), SOL_SOCKET, SO_ACCEPTCONN, listens, new int[] {Integer.BYTES}) == 0
                && listens[0] == 1;
    }

    /** Tells its file from all others, for {@link #inherit}. */
    public String file() {
        return file;
    }

    /** The path that was bound. */
    public Path path() {
        return path;
    }

    /** The descriptor. This object still owns it. */
    public int number() {
        return server.number();
    }

    /**
     * Waits for a connection.
     *
     * @throws ErrnoException as accept(2)
     */
    Fd accept() {
        int connection = LibC.accept4(server.number(), 0, 0, SOCK_CLOEXEC);
        while (connection < 0 && LibC.errno() == Errno.EINTR.number()) {
            connection = LibC.accept4(server.number(), 0, 0, SOCK_CLOEXEC);
        }
        if (connection < 0) {
            throw LibC.failure("accept on " + path);
        }
        return new Fd(connection);
    }

    /** Whether {@link #close} or {@link #leave} was called. */
    public boolean isClosed() {
        return closed;
    }

    private static String fileAt(Path path) throws IOException {
        Map<String, Object> file = Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return file.get("dev") + ":" + file.get("ino"); // as in listen.c
    }

    /** Leaves the socket to the next process, which has it too: it stays open for as long as this process lives. */
    public synchronized void leave() {
        closed = true;
    }

    /** Stops listening and removes the file, also after {@link #leave}, unless another agent has put its own there. */
    @Override
    public synchronized void close() throws IOException {
        if (released) {
            return;
        }
        closed = true;
        released = true;
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && file.equals(fileAt(path))) {
                Files.deleteIfExists(path);
            }
        } finally {
            LibC.shutdown(server.number(), SHUT_RDWR); // ends the waiting accept of another process
            server.close();
        }
    }
}
