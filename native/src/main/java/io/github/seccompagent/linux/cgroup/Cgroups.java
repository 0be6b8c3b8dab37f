package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.ThreadFolder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups of a thread, cgroups(7), as far as they matter for a call on its behalf. They decide which devices it may
 * use, and to whose memory the call is charged.
 */
public final class Cgroups {
    private static final List<String> THAT_MATTER = List.of(CgroupMount.UNIFIED, "devices", "memory");

    private static final Set<String> KNOWN = Set.of(CgroupMount.UNIFIED, "devices", "memory", CgroupMount.FREEZER);
    private static final int ATTEMPTS = 10;
    private static final int LONGEST = 8192; // a path has at most 4096 bytes, with some controllers in front
    private static final int USUAL_TEXT = 1024;
    private static final int MOST = 1 << 20; // one line for each hierarchy, of which there are a dozen

    /**
     * The agent's own cgroups, as a map from controller to path, and all mounts of cgroups that it can reach. The first
     * thread that asks looks them up. All threads that ask are in the same cgroup namespace. If the look-up fails, the
     * next thread tries again.
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
                // Its own mounts come first. If it is in a container, the host may have more.
                agents = new Agents(
                        pathsOf("self"),
                        Stream.of("self", "1")
                                .flatMap(process -> CgroupMount.seenBy(process).stream())
                                .toList());
                known = agents;
            }
            return agents;
        }
    }

    /** What was read, and what it says. */
    private static final class Parsed {
        private final byte[] text;
        private final Map<String, String> paths;

        Parsed(byte[] text, Map<String, String> paths) {
            this.text = text;
            this.paths = paths;
        }
    }

    private static volatile Parsed last = new Parsed(new byte[0], Map.of());

    private Cgroups() {}

    /**
     * Opens the files through which a process joins those cgroups of a thread that the agent is not in, by writing "0".
     * The caller closes them.
     *
     * @throws ErrnoException if a cgroup cannot be joined; EXDEV if the agent does not see it
     */
    public static List<Fd> joinFilesOf(ThreadFolder thread) {
        return joinFilesOf(thread, textOf(thread));
    }

    /**
     * The same for a thread whose cgroups are known.
     *
     * @param text what {@link #fileOf its file} has
     */
    public static List<Fd> joinFilesOf(ThreadFolder thread, byte[] text) {
        CgroupNamespace.enter();
        byte[] known = text;
        for (int attempt = 1; ; attempt++) {
            try {
                return joinFilesOf(pathsIn(known));
            } catch (ErrnoException e) {
                // Others may have moved the thread to another cgroup and removed the one that it was in.
                byte[] now = textOf(thread);
                if (e.errno() != Errno.ENOENT || Arrays.equals(now, known) || attempt == ATTEMPTS) {
                    throw e;
                }
                known = now;
            }
        }
    }

    private static byte[] textOf(ThreadFolder thread) {
        int file = fileOf(thread).number();
        byte[] buffer = new byte[USUAL_TEXT];
        long length = LibC.pread(file, buffer, buffer.length, 0);
        while (length == buffer.length && length < MOST) {
            buffer = new byte[2 * buffer.length];
            length = LibC.pread(file, buffer, buffer.length, 0);
        }
        if (length < 0) {
            throw LibC.failure("read the cgroups of a thread");
        }
        return Arrays.copyOf(buffer, (int) length);
    }

    /** What a text says. Many threads are in the same cgroups. */
    private static Map<String, String> pathsIn(byte[] text) {
        Parsed parsed = last;
        if (!Arrays.equals(parsed.text, text)) {
            ByteBuffer left = ByteBuffer.wrap(text);
            parsed = new Parsed(text, paths(buffer -> {
                int count = Math.min(buffer.length, left.remaining());
                left.get(buffer, 0, count);
                return count;
            }));
            last = parsed;
        }
        return parsed.paths;
    }

    /**
     * The file with all cgroups of a thread, proc_pid_cgroup(5). The calling thread of the agent may read it: it sees
     * the cgroups of the host.
     *
     * @return the folder's own
     * @throws ErrnoException ENOENT or ESRCH if the thread is gone
     */
    public static Fd fileOf(ThreadFolder thread) {
        CgroupNamespace.enter();
        return thread.cgroup();
    }

    /**
     * Opens the file through which a process joins the agent's own cgroup of version 2, by writing "0".
     *
     * @throws ErrnoException EXDEV if the agent can write to no such file
     */
    public static Fd ownJoinFile() {
        CgroupNamespace.enter();
        String own = Agents.get().cgroups().getOrDefault(CgroupMount.UNIFIED, "");
        return mountOf(CgroupMount.UNIFIED, own).openJoinFile(own);
    }

    /**
     * If the memory of the agent's own cgroup is used up, the kernel ends one process of it from now on, and not all.
     *
     * @throws ErrnoException if that cannot be set: EXDEV if the agent can write to no such file, ENOENT if its cgroup
     * of
     *     version 2 does not limit memory
     */
    public static void endOneForMemory() {
        CgroupNamespace.enter();
        String own = Agents.get().cgroups().getOrDefault(CgroupMount.UNIFIED, "");
        try (Fd file = mountOf(CgroupMount.UNIFIED, own).openFile(own, "memory.oom.group")) {
            if (LibC.write(file.number(), new byte[] {'0'}, 1) < 0) {
                throw LibC.failure("memory.oom.group of the cgroup " + own);
            }
        }
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
     * The cgroups of a process, as a map from controller to path. The paths are those of process 1's cgroup namespace.
     *
     * @throws ErrnoException ENOENT or ESRCH if the process is gone
     */
    static Map<String, String> of(int process) {
        CgroupNamespace.enter();
        return pathsOf(Integer.toString(process));
    }

    /** Whether the agent is in a cgroup, or below it. */
    static boolean haveAgent(String controller, String cgroup) {
        return isIn(Agents.get().cgroups().getOrDefault(controller, ""), cgroup);
    }

    /** Whether a cgroup is the other one, or below it. */
    static boolean isIn(String cgroup, String other) {
        return (cgroup + "/").startsWith(other + "/");
    }

    /**
     * The mount through which a cgroup can be written to.
     *
     * @throws ErrnoException EXDEV if the agent does not see it
     */
    static CgroupMount mountOf(String controller, String cgroup) {
        return Agents.get().mounts().stream()
                .filter(mount -> mount.controllers().contains(controller) && mount.has(cgroup))
                .findFirst()
                .orElseThrow(() -> new ErrnoException(
                        Errno.EXDEV,
                        "no writable mount has the cgroup " + cgroup
                                + (controller.isEmpty() ? "" : " of " + controller)));
    }

    private static Map<String, String> pathsOf(String process) {
        try (ProcFile file = ProcFile.open("/proc/" + process + "/cgroup")) {
            return paths(file::read);
        }
    }

    /**
     * Reads lines like "4:devices:/a/b" and "0::/a/b" into a map from controller to path. It keeps only controllers
     * that matter to somebody.
     */
    static Map<String, String> paths(ToIntFunction<byte[]> cgroupFile) {
        Map<String, String> paths = new HashMap<>();
        ProcLines.read("the cgroups of a process", cgroupFile, LONGEST, MOST, line -> {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && line.length() < LONGEST) {
                for (String controller : fields[1].split(",")) {
                    if (KNOWN.contains(controller)) {
                        paths.put(controller, fields[2]);
                    }
                }
            }
            return true;
        });
        return paths;
    }
}
