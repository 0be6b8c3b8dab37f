package io.github.seccompagent.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The handlers of a container, by the name of a syscall. Immutable.
 *
 * <p>A handler registered under the name of a family serves all of its calls, {@link NotifiedCall} lists them: one for
 * mkdir also gets mkdirat. One registered under an exact name goes before it. A notified call without a handler goes to the one given to
 * {@link Builder#otherwise}; unless that is set, the kernel executes it, with the caller's own privileges.
 */
public final class HandlerRegistry {
    private final Map<String, SyscallHandler> handlers;
    private final SyscallHandler otherwise;

    private final String owner;

    private HandlerRegistry(Map<String, SyscallHandler> handlers, SyscallHandler otherwise, String owner) {
        this.handlers = Map.copyOf(handlers);
        this.otherwise = otherwise;
        this.owner = owner;
    }

    /** A registry without handlers. */
    public static Builder builder() {
        return new Builder();
    }

    /** The handler of a call: of its exact name, else of its family, else the one for all others. */
    public SyscallHandler handlerOf(String syscall, String family) {
        SyscallHandler exact = handlers.get(syscall);
        return exact != null ? exact : handlers.getOrDefault(family, otherwise);
    }

    /** What else its container is called, where it is logged that it is served: a pod, for one. Empty if nothing is said. */
    public String owner() {
        return owner;
    }

    /** Collects handlers. Not for use by several threads. */
    public static final class Builder {
        private final Map<String, SyscallHandler> handlers = new HashMap<>();
        private final List<Middleware> middleware = new ArrayList<>();
        private SyscallHandler otherwise = SyscallHandler.proceed();

        private String owner = "";

        private Builder() {}

        /**
         * Adds a handler.
         *
         * @param syscall the name of a syscall or of a family, as in the man pages
         * @throws IllegalArgumentException if there is one already
         */
        public Builder on(String syscall, SyscallHandler handler) {
            if (handlers.putIfAbsent(syscall, handler) != null) {
                throw new IllegalArgumentException("two handlers for " + syscall);
            }
            return this;
        }

        /** Sets {@link HandlerRegistry#owner}. */
        public Builder of(String name) {
            owner = name;
            return this;
        }

        /** Sets the handler of the calls that have none. */
        public Builder otherwise(SyscallHandler handler) {
            otherwise = handler;
            return this;
        }

        /** Puts {@code wrapper} around all handlers, those added later too. The first one added is the outermost. */
        public Builder middleware(Middleware wrapper) {
            middleware.add(wrapper);
            return this;
        }

        /** The registry. */
        public HandlerRegistry build() {
            Map<String, SyscallHandler> wrapped = new HashMap<>();
            handlers.forEach((name, handler) -> wrapped.put(name, wrap(handler)));
            return new HandlerRegistry(wrapped, wrap(otherwise), owner);
        }

        private SyscallHandler wrap(SyscallHandler handler) {
            SyscallHandler wrapped = handler;
            for (int i = middleware.size() - 1; i >= 0; i--) {
                wrapped = middleware.get(i).wrap(wrapped);
            }
            return wrapped;
        }
    }
}
