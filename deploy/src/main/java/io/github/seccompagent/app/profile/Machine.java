package io.github.seccompagent.app.profile;

import io.github.seccompagent.linux.fd.Architecture;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the rules of Docker's form are chosen by.
 *
 * @param arch as Docker calls it
 * @param capabilities of the container
 * @param kernel as uname says it
 */
record Machine(String arch, Set<String> capabilities, String kernel) {
    /** The capabilities that Docker gives a container. */
    private static final Set<String> USUAL = Set.of(
            "CAP_AUDIT_WRITE",
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_MKNOD",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_RAW",
            "CAP_SETFCAP",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_SETUID",
            "CAP_SYS_CHROOT");

    /** This machine, with the capabilities that a container has there by default. */
    static Machine here() {
        boolean arm = Architecture.ofThisMachine() == Architecture.AARCH64;
        return new Machine(arm ? "arm64" : "amd64", USUAL, System.getProperty("os.version", ""));
    }

    /** The same machine, with a container that has other capabilities. */
    Machine with(Set<String> others) {
        return new Machine(arch, others, kernel);
    }

    /** Whether the kernel is that version or newer. What is no version counts as an old one. */
    boolean hasKernel(String version) {
        List<Integer> wanted = numbers(version);
        List<Integer> own = numbers(kernel);
        for (int i = 0; i < wanted.size(); i++) {
            int mine = i < own.size() ? own.get(i) : 0;
            if (mine != wanted.get(i)) {
                return mine > wanted.get(i);
            }
        }
        return true;
    }

    private static List<Integer> numbers(String version) {
        return Stream.of(version.split("[^0-9]+"))
                .filter(part -> !part.isEmpty() && part.length() < 9)
                .limit(2)
                .map(Integer::valueOf)
                .toList();
    }
}
