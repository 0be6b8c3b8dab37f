package io.github.seccompagent.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The handlers of one container, by syscall name. Immutable.
 *
 * <p>The runtime looks for the handler of a notified call in this order:
 *
 * <ol>
 *   <li>The handler registered under the call's exact name, such as mkdirat.
 *   <li>The handler registered under the name of the call's family. A handler for mkdir also gets mkdirat. {@link
 *       NotifiedCall} lists the families.
 *   <li>The handler given to {@link Builder#otherwise}. By default, the kernel executes such calls with the caller's
 *       own privileges.
 * </ol>
 */
public final class HandlerRegistry {
    /** The most bytes that a note may have in UTF-8. */
    public static final int MAX_NOTE_BYTES = 1024;

    private final Map<String, SyscallHandler> handlers;
    private final SyscallHandler otherwise;
    private final String owner;
    private final String note;

    private HandlerRegistry(Map<String, SyscallHandler> handlers, SyscallHandler otherwise, String owner, String note) {
        this.handlers = Map.copyOf(handlers);
        this.otherwise = otherwise;
        this.owner = owner;
        this.note = note;
    }

    /** Starts an empty registry. */
    public static Builder builder() {
        return new Builder();
    }

    /** The handler of a call: the one for its exact name, else the one for its family, else the one for all others. */
    public SyscallHandler handlerOf(String syscall, String family) {
        SyscallHandler exact = handlers.get(syscall);
        return exact != null ? exact : handlers.getOrDefault(family, otherwise);
    }

    /** Who owns the container, for the log line that says that it is served: its pod, for example. Empty if unknown. */
    public String owner() {
        return owner;
    }

    /** What {@link Resolver#restore} gets when another agent goes on with the container. Empty if there is none. */
    public String note() {
        return note;
    }

    /** Collects handlers. Not safe for use by several threads. */
    public static final class Builder {
        private final Map<String, SyscallHandler> handlers = new HashMap<>();
        private final List<Middleware> middleware = new ArrayList<>();
        private SyscallHandler otherwise = SyscallHandler.proceed();
        private String owner = "";
        private String note = "";

        private Builder() {}

        /**
         * Adds a handler.
         *
         * @param syscall the name of a syscall or of a family, as in the man pages
         * @throws IllegalArgumentException if this name has a handler already
         */
        public Builder on(String syscall, SyscallHandler handler) {
            if (handlers.putIfAbsent(syscall, handler) != null) {
                throw new IllegalArgumentException("two handlers for " + syscall);
            }
            return this;
        }

        /** Sets {@link HandlerRegistry#owner}. */
        public Builder owner(String name) {
            owner = name;
            return this;
        }

        /**
         * Sets {@link HandlerRegistry#note}: what the resolver has looked up and could not look up again later.
         *
         * @throws IllegalArgumentException if it has more than {@value HandlerRegistry#MAX_NOTE_BYTES} bytes in UTF-8
         */
        public Builder note(String text) {
            int size = text.getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_NOTE_BYTES) {
                throw new IllegalArgumentException(
                        "a note of " + size + " bytes, and at most " + MAX_NOTE_BYTES + " are kept");
            }
            note = text;
            return this;
        }

        /** Sets the handler for all calls that have no handler of their own. */
        public Builder otherwise(SyscallHandler handler) {
            otherwise = handler;
            return this;
        }

        /**
         * Wraps all handlers in {@code wrapper}, also those that are added later. The first wrapper added is the
         * outermost.
         */
        public Builder middleware(Middleware wrapper) {
            middleware.add(wrapper);
            return this;
        }

        /** Wraps the handlers and returns the registry. */
        public HandlerRegistry build() {
            Map<String, SyscallHandler> wrapped = new HashMap<>();
            handlers.forEach((name, handler) -> wrapped.put(name, wrap(handler)));
            return new HandlerRegistry(wrapped, wrap(otherwise), owner, note);
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
