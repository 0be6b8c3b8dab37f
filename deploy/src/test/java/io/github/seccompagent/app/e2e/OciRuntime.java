package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The container runtimes, and how each has to be called on this machine. */
enum OciRuntime {
    RUNC {
        @Override
        List<String> program() {
            return List.of(Command.find("runc").toString());
        }
    },
    CRUN {
        @Override
        List<String> program() {
            return Command.concat(
                    withCgroupV2(), List.of(Command.find("crun").toString(), "--cgroup-manager=disabled"));
        }
    };

    // crun refuses a machine that has controllers of cgroup v1 beside a mount of v2.
    private static final List<String> WITH_CGROUP_V2 = List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "umount -R /sys/fs/cgroup 2>/dev/null; mount -t cgroup2 none /sys/fs/cgroup && exec \"$@\"",
            "crun");

    /** The words that begin every call. */
    abstract List<String> program();

    /** A call, with the runtime's state below {@code folder}. */
    List<String> call(Path folder, List<String> arguments) {
        List<String> words = new ArrayList<>(program());
        words.add("--root=" + folder.resolve(name()));
        words.addAll(arguments);
        return words;
    }

    /** The words in front of a program that shall see nothing but cgroup v2. */
    static List<String> withCgroupV2() {
        return hasOnlyCgroupV2() ? List.of() : WITH_CGROUP_V2;
    }

    private static boolean hasOnlyCgroupV2() {
        try {
            return Files.getFileStore(Path.of("/sys/fs/cgroup")).type().equals("cgroup2");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
