package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups of a thread, cgroups(7), as far as they matter for a call made in its place: which devices it may use, and
 * whose memory it is that the call allocates.
 */
final class Cgroups {
    private static final List<String> THAT_MATTER = List.of(CgroupMount.UNIFIED, "devices", "memory");

    private static final int ATTEMPTS = 10;

    /** Read when they are first asked for, and so from the cgroup namespace that all threads that ask are in. */
    private static final class Agents {
        static final Map<String, String> CGROUPS = paths(text("self"));

        /** Its own mounts come first; in a container the host's can have more. */
        static final List<CgroupMount> MOUNTS = Stream.of("self", "1")
                .flatMap(process -> CgroupMount.seenBy(process).stream())
                .toList();

        private Agents() {}
    }

    private Cgroups() {}

    /**
     * The files to write "0" to, to be in the cgroups that a thread is in and the agent is not. Whoever calls closes them.
     *
     * @throws ErrnoException if there is a cgroup that cannot be joined; EXDEV if the agent does not see it
     */
    static List<Fd> joinFilesOf(int threadId) {
        CgroupNamespace.enter();
        String cgroups = text(Integer.toString(threadId));
        for (int attempt = 1; ; attempt++) {
            try {
                return joinFilesOf(paths(cgroups));
            } catch (ErrnoException e) {
                // Others can move the thread to another cgroup, and remove the one that it was in.
                String now = text(Integer.toString(threadId));
                if (e.errno() != Errno.ENOENT || now.equals(cgroups) || attempt == ATTEMPTS) {
                    throw e;
                }
                cgroups = now;
            }
        }
    }

    private static List<Fd> joinFilesOf(Map<String, String> cgroups) {
        List<Fd> files = new ArrayList<>();
        try {
            for (String controller : THAT_MATTER) {
                String cgroup = cgroups.get(controller);
                if (cgroup != null && !cgroup.equals(Agents.CGROUPS.get(controller))) {
                    files.add(mountOf(controller, cgroup).openJoinFile(cgroup));
                }
            }
            return files;
        } catch (ErrnoException e) {
            files.forEach(Fd::close);
            throw e;
        }
    }

    /**
     * Freezes the cgroup of a process.
     *
     * @param check called when it has been looked up, so that it can throw if that was another process's
     * @throws ErrnoException EPERM for the root and for a cgroup that the agent is in, EXDEV if the agent does not see it
     */
    static void freeze(int process, Runnable check) {
        CgroupNamespace.enter();
        Map<String, String> cgroups = paths(text(Integer.toString(process)));
        check.run();
        // Where both versions are mounted, containers are told apart by one of them only.
        String controller = isRoot(cgroups.get(CgroupMount.FREEZER)) ? CgroupMount.UNIFIED : CgroupMount.FREEZER;
        String cgroup = cgroups.get(controller);
        if (isRoot(cgroup) || (Agents.CGROUPS.getOrDefault(controller, "") + "/").startsWith(cgroup + "/")) {
            throw new ErrnoException(Errno.EPERM, "freezing the cgroup " + cgroup);
        }
        boolean unified = controller.equals(CgroupMount.UNIFIED);
        try (Fd file = mountOf(controller, cgroup).openFile(cgroup, unified ? "cgroup.freeze" : "freezer.state")) {
            byte[] frozen = (unified ? "1" : "FROZEN").getBytes(CgroupMount.BYTES);
            if (LibC.write(file.number(), frozen, frozen.length) != frozen.length) {
                throw LibC.failure("freezing the cgroup " + cgroup);
            }
        }
    }

    private static boolean isRoot(@Nullable String cgroup) {
        return cgroup == null || cgroup.equals("/");
    }

    private static CgroupMount mountOf(String controller, String cgroup) {
        return Agents.MOUNTS.stream()
                .filter(mount -> mount.controllers().contains(controller) && mount.has(cgroup))
                .findFirst()
                .orElseThrow(() -> new ErrnoException(
                        Errno.EXDEV,
                        "no mount that can be written to has the cgroup " + cgroup
                                + (controller.isEmpty() ? "" : " of " + controller)));
    }

    private static String text(String process) {
        return new String(ProcFile.read("/proc/" + process + "/cgroup"), CgroupMount.BYTES);
    }

    /** From lines like "4:devices:/a/b" and "0::/a/b": controller to path. */
    static Map<String, String> paths(String cgroupFile) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String line : cgroupFile.split("\n")) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                for (String controller : fields[1].split(",")) {
                    paths.put(controller, fields[2]);
                }
            }
        }
        return paths;
    }
}
