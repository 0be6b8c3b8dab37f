package io.github.seccompagent.linux.process;

/**
 * The thread that made a call, as it is while it waits for the answer. Only the thread itself could change what is
 * recorded here.
 *
 * @param id the id in the agent's pid namespace
 * @param userNamespace the name of its user namespace
 */
public record CallingThread(int id, ThreadStatus status, String userNamespace) {

    /**
     * Looks at a thread. The caller checks afterwards that it is still the same thread.
     *
     * @throws io.github.seccompagent.api.ErrnoException ENOENT or ESRCH if it is gone
     */
    public static CallingThread of(int id) {
        return new CallingThread(id, ThreadStatus.of(id), UserNamespace.of(id));
    }

    /** Whether it lives in the agent's own user namespace. */
    public boolean isInAgentsUserNamespace() {
        return UserNamespace.isOwn(userNamespace);
    }
}
