package io.github.seccompagent.linux.process;

/**
 * The thread that made a call, as it is while it waits for the answer: only itself could change what is told here.
 *
 * @param id as the agent's pid namespace has it
 * @param userNamespace the name of its user namespace
 */
public record CallingThread(int id, ThreadStatus status, String userNamespace) {

    /**
     * Looks at a thread. Whoever calls asks afterwards whether that is still the same thread.
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
