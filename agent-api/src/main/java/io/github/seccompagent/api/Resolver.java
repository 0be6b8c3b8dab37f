package io.github.seccompagent.api;

/**
 * Chooses the handlers of a container. This is where a program that uses the library starts.
 *
 * <pre>{@code
 * Resolver resolver = container -> HandlerRegistry.builder()
 *         .on("chmod", SyscallHandler.fail(Errno.EPERM))
 *         .build();
 * }</pre>
 */
@FunctionalInterface
public interface Resolver {

    /**
     * Chooses the handlers for one listener. A container has one listener from its start, and one more for each process
     * that the runtime executes in it later.
     *
     * <p>Called by any thread, for several containers at a time. The notified calls of the listener wait until this
     * method returns. It may block: that delays no other container.
     *
     * @throws Exception if it cannot decide. All notified calls of the listener then fail with EPERM
     */
    HandlerRegistry resolve(ContainerProcessState container) throws Exception;

    /**
     * Chooses the handlers for a listener again, when an agent goes on with the containers of the agent before it. That
     * agent was killed or upgraded, and its keeper has kept its listeners. By default this is the same as {@link
     * #resolve}.
     *
     * <p>The state is the one that the container had when it started. Its first process may be gone, and its pid may
     * belong to another process. So a resolver that looks anything up when a container starts keeps what it has found
     * in a {@linkplain HandlerRegistry.Builder#note note}, and reads it here.
     *
     * @param note the note of the last registry for this listener; empty if there was none
     * @throws Exception if it cannot decide now. The container's notified calls wait, and the resolver is asked again
     *     later. After an IllegalArgumentException it is not asked again, and all of them fail with EPERM
     */
    default HandlerRegistry restore(ContainerProcessState container, String note) throws Exception {
        return resolve(container);
    }

    /**
     * Whether the agent keeps the annotations of that name for {@link #resolve}. Keep few: the authors of pods choose
     * the names, number and size of annotations. By default all are kept. A container with more than 256 KiB of kept
     * annotations is refused.
     */
    default boolean wantsAnnotation(String name) {
        return true;
    }
}
