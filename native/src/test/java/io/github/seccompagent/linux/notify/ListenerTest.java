package io.github.seccompagent.linux.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.fd.Epoll;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.process.TargetMemory;
import io.github.seccompagent.linux.syscall.ArgumentValue;
import io.github.seccompagent.linux.syscall.Syscall;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Receives and answers the calls of real processes. */
class ListenerTest {
    private static final String[] MKDIR = {"mkdir", "mkdirat"};
    private final NotificationBuffers buffers = new NotificationBuffers();

    @Test
    void aNotificationTellsWhoCallsWhat() throws Exception {
        try (SmallContainer container = Shell.start(List.of("/bin/busybox", "mkdir", "/abc"), MKDIR);
                Listener listener = Listener.of(container.takeListener())) {
            Notification notification = listener.receive(buffers).orElseThrow();

            Syscall syscall = SyscallTable.syscallOf(notification.architecture(), notification.number());
            assertThat(notification.threadId()).isEqualTo(container.pid());
            assertThat(notification.architecture()).isEqualTo(Architecture.ofThisMachine());
            assertThat(syscall.family()).isEqualTo("mkdir");
            assertThat(ArgumentValue.of(syscall.layout().argument(1), notification))
                    .isEqualTo(0777);
            long path = ArgumentValue.of(syscall.layout().argument(0), notification);
            assertThat(new TargetMemory().readString(container.pid(), path, 4096, Errno.ENAMETOOLONG))
                    .isEqualTo(TargetString.of("/abc"));
            assertThat(listener.isValid(buffers, notification.id())).isTrue();
            assertThat(listener.isValid(buffers, notification.id() + 1)).isFalse();
        }
    }

    @Test
    void aReturnValueIsTheCallersAndTheKernelDoesNothing() throws Exception {
        try (SmallContainer container = Shell.run("mkdir /abc && ! test -e /abc", MKDIR)) {
            assertThat(Shell.serve(container, n -> Response.success())).isZero();
        }
    }

    @Test
    void aFailureIsTheCallersErrno() throws Exception {
        try (SmallContainer container = Shell.run("mkdir /abc 2>&1 | grep -q 'Bad message' && ! test -e /abc", MKDIR)) {
            assertThat(Shell.serve(container, n -> Response.failure(Errno.EBADMSG)))
                    .isZero();
        }
    }

    @Test
    void toContinueHasTheKernelExecuteTheCall() throws Exception {
        try (SmallContainer container = Shell.run("mkdir /abc && test -d /abc", MKDIR)) {
            assertThat(Shell.serve(container, n -> Response.proceed())).isZero();
        }
    }

    @Test
    void theCallOfAProcessThatWasKilledIsGone() throws Exception {
        try (SmallContainer container = Shell.run("mkdir /abc", MKDIR);
                Listener listener = Listener.of(container.takeListener())) {
            long id = listener.receive(buffers).orElseThrow().id();

            Processes.signal(container.pid(), "KILL");
            Processes.await("the call is gone", () -> !listener.isValid(buffers, id));

            assertThat(listener.send(buffers, id, Response.success())).isFalse();
            assertThat(listener.send(buffers, id, Response.proceed())).isFalse();
            assertThat(container.await()).isEqualTo(128 + 9);
        }
    }

    @Test
    void aCallIsAnsweredOnce() throws Exception {
        try (SmallContainer container = Shell.run("mkdir /abc && mkdir /def", MKDIR);
                Listener listener = Listener.of(container.takeListener())) {
            long first = listener.receive(buffers).orElseThrow().id();

            assertThat(listener.send(buffers, first, Response.success())).isTrue();
            assertThat(listener.send(buffers, first, Response.failure(Errno.EIO)))
                    .isFalse();

            long second = listener.receive(buffers).orElseThrow().id();
            assertThat(second).isNotEqualTo(first);
            assertThat(listener.send(buffers, first, Response.failure(Errno.EIO)))
                    .isFalse();
            assertThat(listener.send(buffers, second, Response.success())).isTrue();
            assertThat(container.await()).isZero();
        }
    }

    @Test
    void theEndOfTheLastTaskIsAHangUp() throws Exception {
        try (SmallContainer container = Shell.run("exit 3", MKDIR);
                Listener listener = Listener.of(container.takeListener());
                Epoll epoll = new Epoll()) {
            Epoll.Ready ready = new Epoll.Ready();
            epoll.add(listener.number(), Epoll.IN, 42);

            assertThat(epoll.await(ready, -1)).isOne();
            assertThat(ready.key(0)).isEqualTo(42);
            assertThat(ready.events(0) & Epoll.HUP).isNotZero();
            assertThat(ready.events(0) & Epoll.IN).isZero();
            assertThat(container.await()).isEqualTo(3);
        }
    }

    @Test
    void onceTheListenerIsClosedCallsGetEnosys() throws Exception {
        try (SmallContainer container = Shell.run("mkdir /abc 2>&1 | grep -q 'not implemented'", MKDIR)) {
            try (Listener listener = Listener.of(container.takeListener())) {
                assertThat(listener.receive(buffers)).isPresent();
            }

            assertThat(container.await()).isZero();
        }
    }

    @Test
    void aThreadThatReceivesInVainCanBeInterrupted() throws Exception {
        try (SmallContainer container = Shell.idle();
                Listener listener = Listener.of(container.takeListener())) {
            Receiver receiver = new Receiver(listener);
            receiver.start();
            Processes.await("the thread receives", () -> receiver.threadId != 0);

            // The receive may not have begun yet, so one signal may come too early. Real-time signals queue. Without a
            // pause they can keep the thread so busy that it does nothing else.
            for (int i = 0; i < 1000 && receiver.isAlive(); i++) {
                ThreadInterrupt.interrupt(receiver.threadId);
                receiver.join(10);
            }

            assertThat(receiver.isAlive()).isFalse();
            assertThat(receiver.received).isFalse();
        }
    }

    private static final class Receiver extends Thread {
        private final Listener listener;
        private volatile int threadId;
        private volatile boolean received;

        Receiver(Listener listener) {
            this.listener = listener;
            setDaemon(true);
        }

        @Override
        public void run() {
            NotificationBuffers buffers = new NotificationBuffers();
            threadId = ThreadInterrupt.currentThreadId();
            received = listener.receive(buffers).isPresent();
        }
    }
}
