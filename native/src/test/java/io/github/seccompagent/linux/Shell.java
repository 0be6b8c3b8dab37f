package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.SmallContainer.Command;
import io.github.seccompagent.linux.SmallContainer.LaunchException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Busybox's shell in small containers over the host's root. */
final class Shell {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/bin");

    private Shell() {}

    static SmallContainer run(String script, String... notified) throws LaunchException {
        return start(List.of("/bin/busybox", "sh", "-c", script), notified);
    }

    static SmallContainer start(List<String> arguments, String... notified) throws LaunchException {
        return SmallContainer.start(new Command("", "small", "/", arguments, ENVIRONMENT, List.of(notified)));
    }

    /** A container that does nothing until it is closed. */
    static SmallContainer idle() throws LaunchException {
        return start(List.of("/bin/busybox", "sleep", "1000"), "mkdir");
    }

    /** Answers all notifications of a script until it has ended, and returns its exit status. */
    static int serve(SmallContainer container, Answer answer) {
        try (Listener listener = Listener.of(container.takeListener());
                Epoll epoll = new Epoll()) {
            Epoll.Ready ready = new Epoll.Ready();
            NotificationBuffers buffers = new NotificationBuffers();
            epoll.add(listener.number(), Epoll.IN, 1);
            while (epoll.await(ready, -1) > 0) {
                if ((ready.events(0) & Epoll.IN) != 0) {
                    Optional<Notification> received = listener.receive(buffers);
                    received.ifPresent(n -> listener.send(buffers, n.id(), answer.to(n)));
                } else {
                    break;
                }
            }
            return container.await();
        }
    }

    /** Answers one script's calls. */
    interface Answer {
        Response to(Notification notification);
    }

    /** Answers what concerns one path; the kernel executes all else. */
    static Answer answerFor(String path, Function<Notification, Response> answer) {
        TargetMemory memory = new TargetMemory();
        return notification -> path(memory, notification).is(path) ? answer.apply(notification) : Response.proceed();
    }

    private static TargetString path(TargetMemory memory, Notification notification) {
        Syscall syscall = SyscallTable.syscallOf(notification.architecture(), notification.number());
        long address = ArgumentValue.of(syscall.layout().argument(0), notification);
        return memory.readString(notification.threadId(), address, TargetMemory.PATH_MAX, Errno.ENAMETOOLONG);
    }
}
