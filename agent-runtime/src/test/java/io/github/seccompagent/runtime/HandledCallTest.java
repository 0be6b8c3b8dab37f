package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Capability;
import io.github.seccompagent.api.Credentials;
import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What handlers see of the calls of real programs. */
class HandledCallTest {

    @Test
    void pathModeAndCaller() throws Exception {
        List<Object> seen = ask(
                "mkdir /a/",
                List.of("mkdir", "mkdirat"),
                "mkdir",
                call -> List.of(
                        call.family(),
                        call.path(0),
                        call.mode(1),
                        call.container().id()));

        assertThat(seen)
                .containsExactly(
                        List.of("mkdir", new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/a/")), 0777, "a"));
    }

    @Test
    void thePathOfAnAtCallBelongsToItsDirectory() throws Exception {
        List<Object> seen = ask("mkdir /d; : > /d/x; exec /usr/bin/rm -r /d", List.of("unlinkat"), "unlink", call -> {
            TargetPath path = call.path(0);
            return path.directoryFd() == TargetPath.AT_FDCWD
                    ? path.toString()
                    : folder(call.threadId(), path.directoryFd()) + " " + path.name() + " " + call.argument(1);
        });

        assertThat(seen).first().isEqualTo("/d x 0");
    }

    private static String folder(int threadId, int directoryFd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + threadId + "/fd/" + directoryFd))
                .toString();
    }

    @Test
    void theCredentialsOfRootInAContainer() throws Exception {
        List<Object> seen = ask("mkdir /a", List.of("mkdir", "mkdirat"), "mkdir", NotifiedCall::credentials);

        assertThat(seen).hasSize(1);
        Credentials credentials = (Credentials) seen.get(0);
        assertThat(credentials.user()).isEqualTo(new Ids(0, 0, 0, 0));
        assertThat(credentials.rootInUserNamespace()).isTrue();
        assertThat(credentials.has(Capability.CAP_CHOWN)).isTrue();
        assertThat(credentials.has(Capability.CAP_SYS_ADMIN)).isFalse();
    }

    @Test
    void aCallThatIsOverOpensNothing() throws Exception {
        List<NotifiedCall> calls = new ArrayList<>();
        List<Object> seen = ask("exec /bin/busybox mkdir /a /b", List.of("mkdir", "mkdirat"), "mkdir", call -> {
            calls.add(call);
            if (calls.size() == 1) {
                return List.of();
            }
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> calls.get(0).credentials())
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.ESRCH);
            String folder = "/proc/" + call.threadId();
            return Descriptors.all().stream()
                    .filter(target -> target.startsWith(folder))
                    .toList();
        });

        assertThat(seen).element(1).isEqualTo(List.of());
    }

    @Test
    void theCredentialsOfAnotherUser() throws Exception {
        String script =
                "/usr/bin/setpriv --reuid 1001 --regid 1002 --groups 5,70000 /bin/busybox mkdir /tmp/made-by-test";
        List<Object> seen = ask(script, List.of("mkdir", "mkdirat"), "mkdir", NotifiedCall::credentials);

        assertThat(seen)
                .containsExactly(
                        new Credentials(new Ids(1001, 1001, 1001, 1001), new Ids(1002, 1002, 1002, 1002), 0, false));
    }

    @Test
    void whatAnArgumentPointsToIsCopiedOnce() throws Exception {
        List<Object> seen = ask("mkdir /a", List.of("mkdir", "mkdirat"), "mkdir", call -> {
            TargetString first = call.path(0).name();
            return first == call.path(0).name();
        });

        assertThat(seen).containsExactly(true);
    }

    @Test
    void stringsThatAreNotPathsMayBeNull() throws Exception {
        String script = "/bin/busybox mount -t proc none /mnt -o ro 2>/dev/null; exit 0";
        List<Object> seen = ask(
                script,
                List.of("mount"),
                "mount",
                call -> Collections.unmodifiableList(new ArrayList<>(
                        Arrays.asList(call.string(0), call.path(1).name(), call.string(2)))));

        assertThat(seen)
                .first()
                .isEqualTo(List.of(TargetString.of("none"), TargetString.of("/mnt"), TargetString.of("proc")));
    }

    @Test
    void aPathThatIsTooLongFailsAsTheKernelWouldSay() throws Exception {
        String script = "p=/a; while test ${#p} -lt 5000; do p=$p$p; done; mkdir $p 2>&1 | grep -q 'too long'";

        assertThat(statusOf(
                        script, call -> Response.failure(call.path(0).name().length() == 0 ? Errno.EIO : Errno.EXDEV)))
                .isZero();
    }

    private interface Question {
        Object of(NotifiedCall call) throws Exception;
    }

    /** What a handler found out in a script; the kernel executes the calls. */
    private static List<Object> ask(String script, List<String> notified, String family, Question question)
            throws Exception {
        List<Object> answers = Collections.synchronizedList(new ArrayList<>());
        SyscallHandler handler = call -> {
            answers.add(question.of(call));
            return Response.proceed();
        };
        try (SeccompAgent agent = SeccompAgent.builder()
                        .resolver(container ->
                                HandlerRegistry.builder().on(family, handler).build())
                        .start();
                Script running = Script.start(agent, "a", script, notified)) {
            running.await();
            assertThat(agent.counters().get(Counter.HANDLER_ERRORS)).isZero();
        }
        return answers;
    }

    private static int statusOf(String script, Function<NotifiedCall, Response> handler) throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(handler::apply);
                Script running = Script.start(agent, "a", script)) {
            return running.await();
        }
    }
}
