package io.github.seccompagent.app.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process that has called listen(2) for a socket. It may have given the socket to an agent or a keeper after it,
 * and its pid may belong to another process since.
 *
 * @param words the command line; empty if there is no such process
 */
record ListeningCommand(int pid, String name, String words) {
    static ListeningCommand of(int pid) {
        Path process = Path.of("/proc", Integer.toString(pid));
        try {
            return new ListeningCommand(
                    pid,
                    Files.readString(process.resolve("comm")).strip(),
                    new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1));
        } catch (IOException goneOrNotVisible) {
            return new ListeningCommand(pid, "", "");
        }
    }

    /** Whether this is an agent or a keeper of this project. */
    boolean isOfAgent() {
        return words.contains("seccomp-agent") || words.contains("seccomp-helper");
    }

    /** The subject of a sentence. */
    @Override
    public String toString() {
        if (pid == 0) {
            return "a process outside of this pid namespace";
        }
        return words.isEmpty() && name.isEmpty()
                ? "whoever has the socket of process " + pid + ", which has ended,"
                : "process " + pid + " (" + name + ")";
    }
}
