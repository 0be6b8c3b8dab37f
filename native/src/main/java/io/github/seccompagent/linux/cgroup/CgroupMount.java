package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mount through which cgroups of one hierarchy can be written to: one cgroup, and all below it.
 *
 * @param controllers the controllers of version 1 that matter, or {@link #UNIFIED} for version 2
 * @param root the path of that cgroup in the cgroup namespace
 * @param folder the folder of that cgroup, which stays open
 */
record CgroupMount(Set<String> controllers, String root, Fd folder) {
    /** What proc_pid_cgroup(5) shows for version 2 in place of the controllers of version 1. */
    static final String UNIFIED = "";

    /** The controller of version 1 that freezes. */
    static final String FREEZER = "freezer";

    /** The names of cgroups are bytes. */
    static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private static final Set<String> V1_CONTROLLERS = Set.of("devices", "memory", FREEZER);
    private static final int O_WRONLY = 1;
    private static final int O_PATH = 010000000;

    /** All such mounts that a process sees; none if the process cannot be looked at. */
    static List<CgroupMount> seenBy(String process) {
        try (ProcFile file = ProcFile.open("/proc/" + process + "/mountinfo")) {
            return MountInfo.read(
                            file::read,
                            mount ->
                                    !mount.isReadOnly() && !controllersOf(mount).isEmpty())
                    .stream()
                    .flatMap(mount -> open(process, mount).stream())
                    .toList();
        } catch (ErrnoException e) {
            return List.of();
        }
    }

    private static Set<String> controllersOf(MountInfo mount) {
        return switch (mount.type()) {
            case "cgroup2" -> Set.of(UNIFIED);
            case "cgroup" ->
                Set.copyOf(V1_CONTROLLERS.stream()
                        .filter(mount.superOptions()::contains)
                        .toList());
            default -> Set.of();
        };
    }

    /** Opens a mount. Empty if something else is in its place, because a mount on a folder above covers it too. */
    private static Optional<CgroupMount> open(String process, MountInfo mount) {
        try {
            Fd folder = open(process, mount.mountPoint());
            if (device(folder).equals(mount.device())) {
                return Optional.of(new CgroupMount(controllersOf(mount), mount.root(), folder));
            }
            folder.close();
        } catch (ErrnoException e) {
            // nothing can be written to there then
        }
        return Optional.empty();
    }

    private static Fd open(String process, String mountPoint) {
        try (Fd root = Fd.open("/proc/" + process + "/root", O_PATH)) {
            return Fd.openAt(root, ("." + mountPoint + '\0').getBytes(BYTES), O_PATH, mountPoint);
        }
    }

    private static String device(Fd file) {
        try {
            long device = (long) Files.getAttribute(Path.of("/proc/self/fd/" + file.number()), "unix:dev");
            long major = device >>> 8 & 0xfff | device >>> 32 & ~0xfffL; // makedev(3)
            long minor = device & 0xff | device >>> 12 & 0xffffff00L;
            return major + ":" + minor;
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether a cgroup of its hierarchy is reachable through this mount. */
    boolean has(String cgroup) {
        String below = below(cgroup);
        // A path that begins like this lies outside of the cgroup namespace. No folder of this name leads there.
        return (cgroup + "/").startsWith(prefix() + "/") && !(below + "/").startsWith("/../");
    }

    private String prefix() {
        return root.equals("/") ? "" : root;
    }

    private String below(String cgroup) {
        return cgroup.substring(Math.min(prefix().length(), cgroup.length()));
    }

    /**
     * Opens the file of a cgroup for which {@link #has} is true. A thread that writes "0" to it joins the cgroup.
     *
     * @throws ErrnoException as openat(2)
     */
    Fd openJoinFile(String cgroup) {
        return openFile(cgroup, controllers.contains(UNIFIED) ? "cgroup.procs" : "tasks");
    }

    /**
     * Opens a file of a cgroup for writing.
     *
     * @throws ErrnoException as openat(2)
     */
    Fd openFile(String cgroup, String file) {
        byte[] path = ("." + below(cgroup) + "/" + file + '\0').getBytes(BYTES);
        return Fd.openAt(folder, path, O_WRONLY, file + " of the cgroup " + cgroup);
    }

    /** The folder of a cgroup for which {@link #has} is true. */
    Path folderOf(String cgroup) {
        // Decodes the bytes of the name as Java does with file names.
        String below = new String(below(cgroup).getBytes(BYTES), StandardCharsets.UTF_8);
        return Path.of("/proc/self/fd/" + folder.number() + below);
    }
}
