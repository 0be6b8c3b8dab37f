package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.notify.Notification;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final int CHMOD = 90; // of x86-64; i386's mmap
    private static final int FCHMODAT = 268; // of x86-64
    private static final SyscallHandler HANDLER = SyscallHandler.fail(Errno.EBADMSG);

    private final Routes routes =
            new Routes(HandlerRegistry.builder().on("chmod", HANDLER).build());

    private Routes.Route of(Architecture architecture, int number) {
        return routes.of(new Notification(1, 1, architecture, number, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void theSameCallAgainHasTheSameOne() {
        assertThat(of(Architecture.X86_64, CHMOD).handler()).isSameAs(HANDLER);
        assertThat(of(Architecture.X86_64, CHMOD)).isSameAs(of(Architecture.X86_64, CHMOD));
    }

    @Test
    void anotherNumberHasAnotherOne() {
        assertThat(of(Architecture.X86_64, CHMOD).syscall().name()).isEqualTo("chmod");
        assertThat(of(Architecture.X86_64, FCHMODAT).syscall().name()).isEqualTo("fchmodat");
        assertThat(of(Architecture.X86_64, FCHMODAT).handler()).isSameAs(HANDLER);
    }

    @Test
    void theSameNumberOfAnotherArchitectureHasAnotherOne() {
        assertThat(of(Architecture.X86_64, CHMOD).handler()).isSameAs(HANDLER);
        assertThat(of(Architecture.I386, CHMOD).syscall().name()).isEqualTo("mmap");
        assertThat(of(Architecture.I386, CHMOD).handler()).isNotSameAs(HANDLER);
        assertThat(of(Architecture.X86_64, CHMOD).handler()).isSameAs(HANDLER);
    }
}
