package io.github.seccompagent.api;

/** Wraps all handlers of a registry, to do something before or after each call: to count, to log, to refuse. */
@FunctionalInterface
public interface Middleware {

    /**
     * Returns a handler that stands in front of {@code next}. Called once for each handler, when the registry is built.
     */
    SyscallHandler wrap(SyscallHandler next);
}
