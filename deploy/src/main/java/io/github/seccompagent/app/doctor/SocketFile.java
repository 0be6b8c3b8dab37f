package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The file of an agent's socket. */
final class SocketFile {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int PERMISSIONS = 07777;
    private static final int OWNER_ONLY = 0600;
    private static final int OF_OTHERS = 077;
    private static final int WRITE_OF_OTHERS = 022;
    private static final int STICKY = 01000;

    private final Path path;

    private record Attributes(int mode, int uid) {}

    SocketFile(Path path) {
        this.path = path;
    }

    /** Why there is no use in connecting, or empty. */
    Optional<Finding> obstacle() throws IOException {
        try {
            if ((attributes(path).mode & TYPE) != SOCKET) {
                return Optional.of(Found.error(
                        "socket",
                        path + " is no socket",
                        "a runtime cannot connect to it, so no container with this listenerPath starts",
                        "remove the file and start the agent, or name another socket with --socketfile"));
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of(absent());
        } catch (AccessDeniedException e) {
            return Optional.of(Found.unknown(
                    "socket",
                    path + " was not looked at",
                    "this user may not search a folder on the way",
                    Self.remedy()));
        }
    }

    private Finding absent() {
        return Found.error(
                "socket",
                "there is no socket at " + path,
                "containers whose profile has this listenerPath do not start",
                "start the agent with --socketfile=" + path + ", or name its socket with --socketfile");
    }

    /** Whether others than root can use or replace it. */
    List<Finding> protection() throws IOException {
        Attributes socket = attributes(path);
        int mode = socket.mode & PERMISSIONS;
        List<Finding> findings = new ArrayList<>();
        if ((mode & OF_OTHERS) != 0) {
            findings.add(Found.error(
                    "socket-mode",
                    path + " has the mode " + octal(mode) + " instead of " + octal(OWNER_ONLY),
                    "others can connect, fill its queue and keep runtimes out",
                    "chmod 600 " + path + ", and find out who has changed it: the agent makes it with 0600"));
        } else if (mode != OWNER_ONLY) {
            findings.add(Found.warning(
                    "socket-mode",
                    path + " has the mode " + octal(mode) + " instead of " + octal(OWNER_ONLY),
                    "a runtime without CAP_DAC_OVERRIDE cannot connect",
                    "chmod 600 " + path));
        }
        if (socket.uid != 0 && !path.toString().endsWith("." + Integer.toUnsignedString(socket.uid))) {
            findings.add(Found.error(
                    "socket-owner",
                    path + " belongs to uid " + Integer.toUnsignedString(socket.uid),
                    "that user can connect and can take the place of the agent",
                    "remove it, and start the agent as root"));
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            folder(folder).ifPresent(findings::add);
        }
        if (findings.isEmpty()) {
            findings.add(Found.ok("socket-mode", path + " is for its owner only"));
        }
        return findings;
    }

    private static Optional<Finding> folder(Path folder) throws IOException {
        Attributes found = attributes(folder);
        return (found.mode & WRITE_OF_OTHERS) != 0 && (found.mode & STICKY) == 0
                ? Optional.of(Found.error(
                        "socket-folder",
                        "others than the owner can write to " + folder + ", the folder of the socket",
                        "they can put their own socket there and get the listeners of containers",
                        "chmod go-w " + folder + ", or put the socket into /run"))
                : Optional.empty();
    }

    private static String octal(int mode) {
        return "0%03o".formatted(mode);
    }

    private static Attributes attributes(Path file) throws IOException {
        Map<String, Object> all = Files.readAttributes(file, "unix:mode,uid");
        return new Attributes((Integer) all.getOrDefault("mode", 0), (Integer) all.getOrDefault("uid", 0));
    }
}
