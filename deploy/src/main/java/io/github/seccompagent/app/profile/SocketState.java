package io.github.seccompagent.app.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Whether somebody listens at a unix socket. */
enum SocketState {
    LISTENS,
    /** There is a socket whose owner has gone, or something else. */
    NOBODY,
    MISSING,
    UNKNOWN;

    private static final Path SOCKETS = Path.of("/proc/net/unix");
    private static final int COLUMNS = 8;
    private static final int FLAGS = 3;
    private static final int PATH = 7;
    private static final long ACCEPTS = 0x10000;

    static SocketState of(String path) {
        try {
            Files.readAttributes(Path.of(path), "isOther");
        } catch (NoSuchFileException e) {
            return MISSING;
        } catch (AccessDeniedException e) {
            return UNKNOWN;
        } catch (IOException e) {
            return MISSING;
        }
        return isListed(path) ? LISTENS : connect(path);
    }

    /** The kernel's list. An agent counts and logs a connection that says nothing, so this comes first. */
    private static boolean isListed(String path) {
        try (BufferedReader lines = Files.newBufferedReader(SOCKETS, StandardCharsets.ISO_8859_1)) {
            String bytes = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] columns = line.strip().split("\\s+", COLUMNS);
                if (columns.length == COLUMNS
                        && columns[PATH].equals(bytes)
                        && (Long.parseLong(columns[FLAGS], 16) & ACCEPTS) != 0) {
                    return true;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // connecting tells too
        }
        return false;
    }

    /** The list has no sockets of other network namespaces, where the agent of a pod is. */
    private static SocketState connect(String path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false); // a full queue would keep this waiting
            channel.connect(UnixDomainSocketAddress.of(path));
            return LISTENS;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("denied") ? UNKNOWN : NOBODY;
        }
    }
}
