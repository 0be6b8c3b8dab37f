package io.github.seccompagent.api;

/** Chooses the handlers of a container. */
@FunctionalInterface
public interface Resolver {

    /**
     * Called once for every listener: when a container starts, and for each process that a runtime executes in it later.
     * The container's notified calls wait until it returns. May block; it delays no other container.
     *
     * @throws Exception if it cannot decide. Then the container's notified calls fail with EPERM
     */
    HandlerRegistry resolve(ContainerProcessState container) throws Exception;

    /**
     * Whether an annotation of that name is of use. Others are not kept: pods choose their names, number and size. By default
     * all are, and a container with more than 256 KiB of them is refused.
     */
    default boolean wantsAnnotation(String name) {
        return true;
    }
}
