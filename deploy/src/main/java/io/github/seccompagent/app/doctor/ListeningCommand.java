package io.github.seccompagent.app.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process that has called listen(2) for a socket. It may have given the socket to an agent or a keeper after it,
 * and its pid may belong to another process since.
 *
 * @param program its program; empty if there is no such process
 */
record ListeningCommand(int pid, String name, String program) {
    static ListeningCommand of(int pid) {
        Path process = Path.of("/proc", Integer.toString(pid));
        try {
            return new ListeningCommand(
                    pid,
                    Files.readString(process.resolve("comm")).strip(),
                    Files.readSymbolicLink(process.resolve("exe")).toString());
        } catch (IOException goneOrNotVisible) {
            return new ListeningCommand(pid, "", "");
        }
    }

    /** Whether this is an agent or a keeper of this project. */
    boolean isOfAgent() {
        return program.contains("seccomp-agent") || program.contains("seccomp-helper") || program.endsWith("/java");
    }

    /** The subject of a sentence. */
    @Override
    public String toString() {
        if (pid == 0) {
            return "a process outside of this pid namespace";
        }
        return program.isEmpty() && name.isEmpty()
                ? "whoever has the socket of process " + pid + ", which has ended,"
                : "process " + pid + " (" + name + ")";
    }
}
