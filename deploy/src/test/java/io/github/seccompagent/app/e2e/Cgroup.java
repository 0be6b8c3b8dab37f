package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A cgroup of the test's own. Closing it removes it, when nobody is in it any more. */
record Cgroup(Hierarchy hierarchy, Path folder) implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /**
     * A mounted hierarchy.
     *
     * @param controller of version 1; empty for version 2
     */
    record Hierarchy(String type, String controller, Path mountPoint) {

        /** The option that mounts it. */
        String options() {
            return controller.isEmpty() ? "" : "-o " + controller;
        }

        /** That of version 2, which is also there where version 1 has the controllers. */
        static Hierarchy ofVersion2() {
            return all().filter(each -> each.type.equals("cgroup2"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no mount of cgroup2"));
        }

        /** The one that a controller is in. */
        static Hierarchy of(String controller) {
            return all().filter(each -> each.controller.equals(controller))
                    .findFirst()
                    .orElseGet(Hierarchy::ofVersion2);
        }

        private static Stream<Hierarchy> all() {
            try {
                return Files.readAllLines(Path.of("/proc/mounts")).stream()
                        .map(line -> line.split(" "))
                        .filter(mount -> mount[2].startsWith("cgroup"))
                        .flatMap(mount -> Stream.of(mount[3].split(","))
                                .map(option -> new Hierarchy(
                                        mount[2], mount[2].equals("cgroup") ? option : "", Path.of(mount[1]))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Cgroup create(Hierarchy hierarchy, String name) {
        String unique = name + "-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        Cgroup cgroup = new Cgroup(hierarchy, hierarchy.mountPoint.resolve(unique));
        try {
            Files.createDirectory(cgroup.folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Cleanup.atExit(cgroup);
        return cgroup;
    }

    /** One in each hierarchy that an agent has to do with. */
    static List<Cgroup> createAll(String name) {
        return Stream.of(Hierarchy.of("devices"), Hierarchy.of("memory"), Hierarchy.ofVersion2())
                .distinct()
                .map(hierarchy -> create(hierarchy, name))
                .toList();
    }

    /** Removes what a runtime has made, from each hierarchy, when nobody is in it any more. */
    static void removeAll(String path) {
        Hierarchy.all()
                .map(hierarchy -> new Cgroup(hierarchy, hierarchy.mountPoint.resolve(path.substring(1))))
                .forEach(Cgroup::close);
    }

    /** How many bytes are charged to the cgroup that a process is in. */
    static long memoryOf(long pid) {
        Hierarchy hierarchy = Hierarchy.of("memory");
        String line = ":" + hierarchy.controller + ":";
        String usage = hierarchy.controller.isEmpty() ? "memory.current" : "memory.usage_in_bytes";
        try {
            String path = Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                    .filter(each -> each.contains(line))
                    .map(each -> each.substring(each.indexOf(line) + line.length() + 1))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(
                    Files.readString(hierarchy.mountPoint.resolve(path).resolve(usage))
                            .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a process into it. */
    void add(long pid) {
        write("cgroup.procs", Long.toString(pid));
    }

    /** Writes one of its files. */
    void write(String file, String value) {
        try {
            Files.writeString(folder.resolve(file), value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Await.until("the end of all that is in " + folder)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> Files.deleteIfExists(folder) || true);
        Cleanup.done(this);
    }
}
