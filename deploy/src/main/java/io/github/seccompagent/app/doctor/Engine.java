package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import java.util.List;
import java.util.Optional;

/**
 * A program that has a runtime start containers, and passes the profile on to it.
 *
 * @param oldest the first version that passes on listenerPath
 * @param startsRunc whether it uses runc if nobody configures another runtime
 * @param note what else one should know; may be empty
 */
record Engine(String program, String oldest, boolean startsRunc, String note) {
    static final List<Engine> ALL = List.of(
            new Engine("containerd", "1.5.5", true, ""),
            new Engine(
                    "crio",
                    "1.24",
                    false,
                    "in pods that ask for CRI-O's own notifier, it replaces the listenerPath of the profile"),
            new Engine("podman", "4.1", false, ""),
            new Engine("dockerd", "23.0", true, ""));

    List<Finding> look(Program found) {
        String id = "runtime-" + program;
        Optional<String> about = found.output("--version");
        if (about.isEmpty()) {
            return List.of(Found.unknown(
                    id,
                    found.path() + " does not say its version",
                    "'" + program + " --version' fails or takes longer than 10 seconds",
                    "find out why it does not run"));
        }
        Version version = Version.of(about.get());
        String name = program + " " + version + " (" + found.path() + ")";
        if (version.isOlderThan(Version.of(oldest))) {
            return List.of(Found.error(
                    id,
                    name + " is older than " + oldest,
                    "it drops listenerPath from profiles, so no container reaches an agent",
                    "install " + program + " " + oldest + " or newer"));
        }
        return List.of(
                note.isEmpty()
                        ? Found.ok(id, name + " passes on listenerPath")
                        : Found.note(id, name + " passes on listenerPath", note, ""));
    }
}
