package io.github.seccompagent.linux.cgroup;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.PidNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The cgroup of a container, through which all its processes are frozen. It is looked up while the container is being
 * started. Later the first thread may have ended, and then it has no cgroup any more. It may also have moved to a
 * cgroup that it made itself. Safe for use by several threads.
 */
public final class FreezableCgroup {
    private static final String SCOPE = ".scope";
    private static final String OF_CRUN = "/container";
    private static final int LONG_ID = 32;
    private static final int LONGEST = 16;
    private static final int MOST = 8192;

    private final KnownProcess firstProcess;
    private final String controller;
    private final String path;

    private FreezableCgroup(KnownProcess firstProcess, String controller, String path) {
        this.firstProcess = firstProcess;
        this.controller = controller;
        this.path = path;
    }

    /**
     * Looks it up.
     *
     * @param firstProcess if it is alive afterwards, the cgroup is its own
     * @param containerId the id that a runtime puts into the cgroup's name, unless it is told another name
     * @throws ErrnoException EPERM if the container seems to have no cgroup to itself, so that others would be frozen
     *     too: its cgroup is the root, or the agent is in it, or it has not the container's id in its name and holds
     *     cgroups or processes of another pid namespace; ESRCH or ENOENT if its first process is gone; EXDEV if the
     *     agent does not see the cgroup
     */
    public static FreezableCgroup of(KnownProcess firstProcess, String containerId) {
        Map<String, String> cgroups = Cgroups.of(firstProcess.id());
        // If both versions are mounted, only one of them has a cgroup for each container.
        String controller = isRoot(cgroups, CgroupMount.FREEZER) ? CgroupMount.UNIFIED : CgroupMount.FREEZER;
        String path = cgroups.getOrDefault(controller, "/");
        boolean own = !isRoot(cgroups, controller)
                && !Cgroups.haveAgent(controller, path)
                && (isNamedAfter(path, containerId) || holdsNoOthers(controller, path, firstProcess));
        if (!own) {
            throw new ErrnoException(Errno.EPERM, "it has no cgroup to itself; it is in " + path);
        }
        return new FreezableCgroup(firstProcess, controller, path);
    }

    /**
     * One that was looked up by a process before this one.
     *
     * @param controller what {@link #controller} was
     * @param path what {@link #path} was
     */
    public static FreezableCgroup known(KnownProcess firstProcess, String controller, String path) {
        return new FreezableCgroup(firstProcess, controller, path);
    }

    /** The hierarchy that it is in. */
    public String controller() {
        return controller;
    }

    /** Where it is in there. */
    public String path() {
        return path;
    }

    private static boolean isRoot(Map<String, String> cgroups, String controller) {
        return cgroups.getOrDefault(controller, "/").equals("/");
    }

    /**
     * Whether a path names the container: /a/ID, /a/cri-containerd-ID.scope, or, with newer versions of crun,
     * /a/libpod-ID.scope/container. A short id after a prefix does not count, because it may be there by chance, like 1
     * in session-1.scope.
     */
    static boolean isNamedAfter(String path, String containerId) {
        String own = path.endsWith(OF_CRUN) ? path.substring(0, path.length() - OF_CRUN.length()) : path;
        String name = own.substring(own.lastIndexOf('/') + 1);
        String unit = name.endsWith(SCOPE) ? name.substring(0, name.length() - SCOPE.length()) : name;
        return unit.equals(containerId) || containerId.length() >= LONG_ID && unit.endsWith("-" + containerId);
    }

    private static boolean holdsNoOthers(String controller, String path, KnownProcess first) {
        String namespace = PidNamespace.of(Integer.toString(first.id()));
        boolean shared = PidNamespace.isOwn(namespace); // then nothing tells its processes from others
        Path folder = Cgroups.mountOf(controller, path).folderOf(path);
        try (Stream<Path> files = Files.list(folder)) {
            return files.noneMatch(Files::isDirectory)
                    && holdsOnly(
                            folder.resolve("cgroup.procs"),
                            process ->
                                    shared ? process.equals(Integer.toString(first.id())) : isIn(namespace, process));
        } catch (IOException | UncheckedIOException | ErrnoException e) {
            return false;
        }
    }

    /** @throws ErrnoException EIO if it holds too many processes for a container that is being started */
    private static boolean holdsOnly(Path processes, Predicate<String> own) {
        String path = processes.toString();
        try (ProcFile file = ProcFile.open(path)) {
            return ProcLines.findFirst(path, file::read, LONGEST, MOST, own.negate())
                    .isEmpty();
        }
    }

    private static boolean isIn(String namespace, String process) {
        if (process.equals("0")) { // it is not in the agent's pid namespace, nor below that
            return false;
        }
        try {
            return PidNamespace.of(process).equals(namespace);
        } catch (ErrnoException e) {
            return e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH; // the process has ended meanwhile
        }
    }

    /**
     * Whether a process is in this cgroup, or below.
     *
     * @throws ErrnoException ENOENT or ESRCH if the process is gone
     */
    public boolean has(int process) {
        return Cgroups.isIn(Cgroups.of(process).getOrDefault(controller, ""), path);
    }

    /**
     * Freezes all processes in this cgroup, and below.
     *
     * @throws ErrnoException ESRCH if the container's first process is gone, EXDEV if the agent does not see the
     *     cgroup, otherwise as open(2) and write(2)
     */
    public void freeze() {
        boolean unified = controller.equals(CgroupMount.UNIFIED);
        CgroupMount mount = Cgroups.mountOf(controller, path);
        try (Fd file = mount.openFile(path, unified ? "cgroup.freeze" : "freezer.state")) {
            firstProcess.requireAlive(); // while it lives, no other cgroup has that name
            byte[] frozen = (unified ? "1" : "FROZEN").getBytes(CgroupMount.BYTES);
            if (LibC.write(file.number(), frozen, frozen.length) != frozen.length) {
                throw LibC.failure("freezing the cgroup " + path);
            }
        }
    }
}
