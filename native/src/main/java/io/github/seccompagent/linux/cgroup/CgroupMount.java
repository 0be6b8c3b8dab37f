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
 * A place where cgroups of one hierarchy can be written to: a cgroup, and all below it.
 *
 * @param controllers those of version 1 that matter, or {@link #UNIFIED} for version 2
 * @param root that cgroup, as the cgroup namespace has it
 * @param folder its folder, which stays open
 */
record CgroupMount(Set<String> controllers, String root, Fd folder) {
    /** What proc_pid_cgroup(5) has for version 2, where version 1 has controllers. */
    static final String UNIFIED = "";

    /** The controller that freezes, of version 1. */
    static final String FREEZER = "freezer";

    /** The names of cgroups are bytes. */
    static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private static final Set<String> V1_CONTROLLERS = Set.of("devices", "memory", FREEZER);
    private static final int O_WRONLY = 1;
    private static final int O_PATH = 010000000;

    /** All that a process sees; none if it cannot be looked at. */
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

    /** Empty if something else is found in its place: a mount on a folder above covers it too. */
    private static Optional<CgroupMount> open(String process, MountInfo mount) {
        try {
            Fd folder = open(process, mount.mountPoint());
            if (device(folder).equals(mount.device())) {
                return Optional.of(new CgroupMount(controllersOf(mount), mount.root(), folder));
            }
            folder.close();
        } catch (ErrnoException e) {
            // it is no place to write to then
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

    /** Whether a cgroup of its hierarchy is among those that are mounted here. */
    boolean has(String cgroup) {
        String below = below(cgroup);
        // A name that begins like this leads out of the cgroup namespace, and no folder of this name leads there.
        return (cgroup + "/").startsWith(prefix() + "/") && !(below + "/").startsWith("/../");
    }

    private String prefix() {
        return root.equals("/") ? "" : root;
    }

    private String below(String cgroup) {
        return cgroup.substring(Math.min(prefix().length(), cgroup.length()));
    }

    /**
     * Opens the file to write "0" to, to be in a cgroup that {@link #has} is true for.
     *
     * @throws ErrnoException as openat(2)
     */
    Fd openJoinFile(String cgroup) {
        return openFile(cgroup, controllers.contains(UNIFIED) ? "cgroup.procs" : "tasks");
    }

    /**
     * Opens one of its files for writing.
     *
     * @throws ErrnoException as openat(2)
     */
    Fd openFile(String cgroup, String file) {
        byte[] path = ("." + below(cgroup) + "/" + file + '\0').getBytes(BYTES);
        return Fd.openAt(folder, path, O_WRONLY, file + " of the cgroup " + cgroup);
    }

    /** The folder of a cgroup that {@link #has} is true for. */
    Path folderOf(String cgroup) {
        // The bytes of its name, as Java's own file names have them.
        String below = new String(below(cgroup).getBytes(BYTES), StandardCharsets.UTF_8);
        return Path.of("/proc/self/fd/" + folder.number() + below);
    }
}
