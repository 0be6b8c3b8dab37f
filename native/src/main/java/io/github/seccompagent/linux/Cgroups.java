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

    /**
     * The agent's own cgroups, controller to path, and all mounts of cgroups that it can reach. Looked up by the first thread
     * that asks, from the cgroup namespace that all which ask are in; again by the next one if that fails.
     */
    private record Agents(Map<String, String> cgroups, List<CgroupMount> mounts) {
        private static volatile @Nullable Agents known;

        static Agents get() {
            Agents agents = known;
            return agents == null ? look() : agents;
        }

        private static synchronized Agents look() {
            Agents agents = known;
            if (agents == null) {
                // Its own mounts come first; in a container the host's can have more.
                agents = new Agents(
                        paths(text("self")),
                        Stream.of("self", "1")
                                .flatMap(process -> CgroupMount.seenBy(process).stream())
                                .toList());
                known = agents;
            }
            return agents;
        }
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

    /**
     * The file to write "0" to, to be in the agent's own cgroup of version 2.
     *
     * @throws ErrnoException EXDEV if there is none that the agent can write to
     */
    static Fd ownJoinFile() {
        CgroupNamespace.enter();
        String own = Agents.get().cgroups().getOrDefault(CgroupMount.UNIFIED, "");
        return mountOf(CgroupMount.UNIFIED, own).openJoinFile(own);
    }

    private static List<Fd> joinFilesOf(Map<String, String> cgroups) {
        List<Fd> files = new ArrayList<>();
        try {
            for (String controller : THAT_MATTER) {
                String cgroup = cgroups.get(controller);
                if (cgroup != null && !cgroup.equals(Agents.get().cgroups().get(controller))) {
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
     * Those of a process, controller to path, as the cgroup namespace of process 1 has them.
     *
     * @throws ErrnoException ENOENT or ESRCH if it is gone
     */
    static Map<String, String> of(int process) {
        CgroupNamespace.enter();
        return paths(text(Integer.toString(process)));
    }

    /** Whether the agent is in a cgroup, or below it. */
    static boolean haveAgent(String controller, String cgroup) {
        return isIn(Agents.get().cgroups().getOrDefault(controller, ""), cgroup);
    }

    /** Whether a cgroup is another one, or below it. */
    static boolean isIn(String cgroup, String other) {
        return (cgroup + "/").startsWith(other + "/");
    }

    /**
     * Where a cgroup can be written to.
     *
     * @throws ErrnoException EXDEV if the agent does not see it
     */
    static CgroupMount mountOf(String controller, String cgroup) {
        return Agents.get().mounts().stream()
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
