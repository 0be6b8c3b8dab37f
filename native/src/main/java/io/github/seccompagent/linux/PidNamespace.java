package io.github.seccompagent.linux;

/** pid_namespaces(7), seen from the agent's own. */
final class PidNamespace {
    private static final String OWN = of("self");

    private PidNamespace() {}

    /**
     * The name of a process's.
     *
     * @param process its id, or "self"
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    static String of(String process) {
        return ProcFile.readLink("/proc/" + process + "/ns/pid");
    }

    /** Whether that of a name is the agent's own. */
    static boolean isOwn(String name) {
        return OWN.equals(name);
    }
}
