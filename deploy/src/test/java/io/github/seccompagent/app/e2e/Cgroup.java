package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A cgroup of the test's own. Closing it removes it, when nobody is in it any more. */
record Cgroup(Path folder) implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** One of version 2, which is also there where version 1 has the controllers. */
    static Cgroup ofVersion2(String name) {
        return create(mountPoint("cgroup2", ""), name);
    }

    /** One in the hierarchy that a controller is in, of either version. */
    static Cgroup of(String controller, String name) {
        return create(mountPointOf(controller), name);
    }

    private static Cgroup create(Path parent, String name) {
        String unique = name + "-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        Cgroup cgroup = new Cgroup(parent.resolve(unique));
        try {
            Files.createDirectory(cgroup.folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Cleanup.atExit(cgroup);
        return cgroup;
    }

    /** Where the hierarchy of a controller is mounted. */
    static Path mountPointOf(String controller) {
        return hasVersion1(controller) ? mountPoint("cgroup", controller) : mountPoint("cgroup2", "");
    }

    static boolean hasVersion1(String controller) {
        return mounts().anyMatch(mount -> isFor(mount, "cgroup", controller));
    }

    private static Path mountPoint(String type, String controller) {
        return mounts().filter(mount -> isFor(mount, type, controller))
                .map(mount -> Path.of(mount[1]))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no mount of " + type + " " + controller));
    }

    private static boolean isFor(String[] mount, String type, String controller) {
        return mount[2].equals(type)
                && ("," + mount[3] + ",").contains(controller.isEmpty() ? "" : "," + controller + ",");
    }

    private static Stream<String[]> mounts() {
        try {
            return Files.readAllLines(Path.of("/proc/mounts")).stream().map(line -> line.split(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a process into it. */
    void add(long pid) {
        try {
            Files.writeString(folder.resolve("cgroup.procs"), Long.toString(pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Await.until("the end of all that is in " + folder)
                .ignoreException(IOException.class)
                .until(() -> Files.deleteIfExists(folder) || true);
        Cleanup.done(this);
    }
}
