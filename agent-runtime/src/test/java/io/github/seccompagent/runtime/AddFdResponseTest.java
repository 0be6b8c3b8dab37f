package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A handler of open gives the caller a file that only the agent has. */
class AddFdResponseTest {

    @Test
    void theCallerReadsTheAgentsFile() throws Exception {
        SyscallHandler handler = call ->
                call.path(0).name().is("/from-agent") ? new Response.AddFd(file("hello\n"), true) : Response.proceed();
        try (SeccompAgent agent = SeccompAgent.builder()
                        .resolver(container ->
                                HandlerRegistry.builder().on("open", handler).build())
                        .start();
                Script script = Script.start(
                        agent,
                        "a",
                        "test \"$(/bin/busybox cat /from-agent)\" = hello && ! test -e /from-agent",
                        List.of("open", "openat"))) {
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.HANDLER_ERRORS)).isZero();
        }
        assertThat(Descriptors.all()).noneMatch(target -> target.contains("add-fd-response-test"));
    }

    private static int file(String content) throws IOException {
        int fd = NativeLibrary.getInstance("c")
                .getFunction("memfd_create")
                .invokeInt(new Object[] {"add-fd-response-test", 1});
        Files.writeString(Path.of("/proc/self/fd/" + fd), content);
        return fd;
    }
}
