package io.github.seccompagent.app.e2e.paths;

import io.github.seccompagent.app.e2e.fixture.Attack;
import java.util.List;

/** The mounts below /w of a container, made and taken off without its knowledge. */
final class MountsBelowW {
    private final int pid;

    MountsBelowW(int pid) {
        this.pid = pid;
    }

    void make(String... places) {
        for (String place : places) {
            RawCall.makeFromOutside(pid, "mount", "none " + place + " tmpfs 0 0");
        }
    }

    /** The place of each, what it shows if that is below /w too, and whether it is read-only or shared. */
    List<String> list() {
        return Attack.mountsOf(pid)
                .lines()
                .map(line -> line.split(" "))
                .filter(fields -> fields[4].startsWith("/w/"))
                .map(MountsBelowW::describe)
                .toList();
    }

    private static String describe(String[] fields) {
        int shown = fields[3].indexOf("/w/");
        return fields[4]
                + (shown < 0 ? "" : " of " + fields[3].substring(shown))
                + (fields[5].startsWith("ro") ? " ro" : "")
                + (fields[6].startsWith("shared") ? " shared" : "");
    }

    void takeOffAll() {
        List<String> there = list();
        for (int i = there.size() - 1; i >= 0; i--) {
            RawCall.makeFromOutside(pid, "umount2", there.get(i).split(" ")[0] + " 2");
        }
    }
}
