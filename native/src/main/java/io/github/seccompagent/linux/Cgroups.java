package io.github.seccompagent.linux;

import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cgroups of a thread, cgroups(7), as far as they matter for a call made in its place: which devices it may use, and
 * whose memory it is that the call allocates.
 */
final class Cgroups {
    private static final int O_WRONLY = 1;
    private static final String UNIFIED = "";
    private static final Set<String> V1_CONTROLLERS = Set.of("devices", "memory");

    private static final List<Hierarchy> HIERARCHIES = hierarchies(text("/proc/self/mountinfo"));
    private static final Map<String, String> OWN = paths(text("/proc/self/cgroup"));

    /**
     * A mounted hierarchy.
     *
     * @param controller of version 1; {@link #UNIFIED} for version 2
     * @param root the cgroup that is mounted, as the agent's cgroup namespace has it
     */
    private record Hierarchy(String controller, String root, String mountPoint) {
        String fileOf(String cgroup) {
            String below = root.equals("/") || !cgroup.startsWith(root) ? cgroup : cgroup.substring(root.length());
            return mountPoint + "/" + below + (controller.equals(UNIFIED) ? "/cgroup.procs" : "/tasks");
        }
    }

    private Cgroups() {}

    /**
     * The files to write "0" to, to be in the cgroups that a thread is in and the agent is not. Whoever calls closes them.
     *
     * @throws ErrnoException if there is a cgroup that cannot be joined
     */
    static List<Fd> joinFilesOf(int threadId) {
        Map<String, String> paths = paths(text("/proc/" + threadId + "/cgroup"));
        List<Fd> files = new ArrayList<>();
        try {
            for (Hierarchy hierarchy : HIERARCHIES) {
                String path = paths.get(hierarchy.controller);
                if (path != null && !path.equals(OWN.get(hierarchy.controller))) {
                    files.add(Fd.open(hierarchy.fileOf(path), O_WRONLY));
                }
            }
            return files;
        } catch (ErrnoException e) {
            files.forEach(Fd::close);
            throw e;
        }
    }

    private static String text(String file) {
        return new String(ProcFile.read(file), StandardCharsets.UTF_8);
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

    private static List<Hierarchy> hierarchies(String mountInfo) {
        Map<String, Hierarchy> found = new LinkedHashMap<>();
        for (String line : mountInfo.split("\n")) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ");
            String[] filesystem = halves.length == 2 ? halves[1].split(" ") : new String[0];
            if (filesystem.length < 3) {
                continue;
            }
            if (filesystem[0].equals("cgroup2")) {
                found.putIfAbsent(UNIFIED, new Hierarchy(UNIFIED, mount[3], mount[4]));
            } else if (filesystem[0].equals("cgroup")) {
                for (String option : filesystem[2].split(",")) {
                    if (V1_CONTROLLERS.contains(option)) {
                        found.putIfAbsent(option, new Hierarchy(option, mount[3], mount[4]));
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }
}
