package io.github.seccompagent.api;

/** Wraps handlers: what it does before and after {@code next}, it does for every call of a registry. */
@FunctionalInterface
public interface Middleware {

    /** A handler that stands in front of {@code next}. Called once per handler, when the registry is built. */
    SyscallHandler wrap(SyscallHandler next);
}
