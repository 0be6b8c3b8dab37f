package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What freezes the processes of a cgroup. */
record Freezer(Path folder, boolean unified) {

    /** @param cgroup its path below the root of the hierarchy */
    static Freezer of(String cgroup) {
        Cgroup.Hierarchy hierarchy = Cgroup.Hierarchy.of("freezer");
        Path folder = hierarchy.mountPoint().resolve(cgroup.substring(1));
        return new Freezer(folder, hierarchy.controller().isEmpty());
    }

    /** Whether all of its processes stand. */
    boolean isFrozen() {
        try {
            return unified
                    ? Files.readAllLines(folder.resolve("cgroup.events")).contains("frozen 1")
                    : Files.readString(folder.resolve("freezer.state")).equals("FROZEN\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has them go on. A runtime cannot delete a container that is frozen, where cgroups are of version 1. */
    void thaw() {
        try {
            Files.writeString(folder.resolve(unified ? "cgroup.freeze" : "freezer.state"), unified ? "0" : "THAWED");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
