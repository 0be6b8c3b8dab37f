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
     * Whether the agent keeps the annotations of that name for {@link #resolve}. Keep few: the authors of pods choose
     * the names, number and size of annotations. By default all are kept. A container with more than 256 KiB of kept
     * annotations is refused.
     */
    default boolean wantsAnnotation(String name) {
        return true;
    }
}
