package io.github.seccompagent.runtime;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.syscall.Syscall;
import io.github.seccompagent.linux.syscall.SyscallTable;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler for a notification of a listener. A caller mostly makes the same call again, so the last route is
 * kept. Safe for use by several threads.
 */
final class Routes {
    private final HandlerRegistry registry;
    private @Nullable Route last; // immutable: a thread that sees an older route only looks up once more

    Routes(HandlerRegistry registry) {
        this.registry = registry;
    }

    record Route(@Nullable Architecture architecture, int number, Syscall syscall, SyscallHandler handler) {}

    HandlerRegistry registry() {
        return registry;
    }

    Route of(Notification notification) {
        Route known = last;
        if (known != null
                && known.number == notification.number()
                && known.architecture == notification.architecture()) {
            return known;
        }
        Syscall syscall = SyscallTable.syscallOf(notification.architecture(), notification.number());
        SyscallHandler handler = registry.handlerOf(syscall.name(), syscall.family());
        Route found = new Route(notification.architecture(), notification.number(), syscall, handler);
        last = found;
        return found;
    }
}
