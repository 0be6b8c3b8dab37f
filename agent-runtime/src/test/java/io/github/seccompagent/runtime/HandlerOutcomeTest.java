package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real caller gets for each outcome of a handler. */
class HandlerOutcomeTest {

    @Test
    void aValueIsTheCallersAndNothingIsDone() throws Exception {
        assertThat(statusWith(call -> Response.success(), "mkdir /abc && ! test -e /abc"))
                .isZero();
    }

    @Test
    void aFailureIsTheCallersErrno() throws Exception {
        assertThat(statusWith(SyscallHandler.fail(Errno.EBADMSG), Script.mkdirSays("Bad message")))
                .isZero();
    }

    @Test
    void toProceedHasTheKernelExecuteTheCall() throws Exception {
        assertThat(statusWith(SyscallHandler.proceed(), "mkdir /abc && test -d /abc"))
                .isZero();
    }

    @Test
    void anErrnoThatIsThrownIsTheCallers() throws Exception {
        SyscallHandler handler = call -> {
            throw new ErrnoException(Errno.EXDEV, "deep inside");
        };

        assertThat(statusWith(handler, Script.mkdirSays("Invalid cross-device link")))
                .isZero();
    }

    static List<SyscallHandler> handlersThatDoNotAnswer() {
        return List.of(
                call -> {
                    throw new IllegalStateException("on purpose");
                },
                call -> {
                    throw new IOException("on purpose");
                },
                call -> {
                    throw new AssertionError("on purpose");
                },
                call -> {
                    throw new NoClassDefFoundError("on purpose");
                },
                call -> {
                    throw new OutOfMemoryError("on purpose");
                },
                call -> {
                    throw new Unspeakable();
                },
                HandlerOutcomeTest::endless,
                HandlerOutcomeTest::endlessAtWork,
                call -> nothing());
    }

    @ParameterizedTest
    @MethodSource("handlersThatDoNotAnswer")
    void aHandlerThatDoesNotAnswerMeansEioAndIsCounted(SyscallHandler handler) throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(handler);
                Script script = Script.start(agent, "a", Script.mkdirSays("Input/output error"))) {
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.HANDLER_ERRORS)).isEqualTo(1);
            assertThat(agent.counters().get(Counter.NOTIFICATIONS)).isEqualTo(1);
        }
    }

    private static Response endless(NotifiedCall call) {
        return endless(call);
    }

    /** The stack overflows wherever it likes, in the agent's own code too. */
    private static Response endlessAtWork(NotifiedCall call) {
        call.credentials();
        call.onBehalf();
        return call.path(0).name().is("/") ? Response.success() : endlessAtWork(call);
    }

    /** Nothing of it can be told. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new StackOverflowError("on purpose");
        }
    }

    private static Response nothing() {
        return null;
    }

    @Test
    void anAnswerThatTheKernelRefusesIsEioAndCounted() throws Exception {
        SyscallHandler handler = call -> new Response.AddFd(999_999, false);
        try (SeccompAgent agent = Agents.withMkdir(handler);
                Script script = Script.start(agent, "a", Script.mkdirSays("Input/output error"))) {
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.SEND_ERRORS)).isEqualTo(1);
        }
    }

    @Test
    void theListenerGoesOnAfterAHandlerThatThrew() throws Exception {
        SyscallHandler handler = call -> {
            if (call.path(0).name().is("/bad")) {
                throw new IllegalStateException("on purpose");
            }
            return Response.success();
        };

        assertThat(statusWith(handler, "mkdir /bad 2>/dev/null; mkdir /a && mkdir /b && ! mkdir /bad 2>/dev/null"))
                .isZero();
    }

    /** Otherwise the next call that waits for something would fail. */
    @Test
    void aHandlerThatLeavesAnInterruptHarmsNoOtherCall() throws Exception {
        SyscallHandler handler = call -> {
            boolean left = Thread.interrupted();
            Thread.currentThread().interrupt();
            return left ? Response.failure(Errno.EINTR) : Response.success();
        };

        assertThat(statusWith(handler, "for i in 1 2 3 4 5 6 7 8; do mkdir /a || exit 1; done"))
                .isZero();
    }

    @Test
    void aResolverThatThrowsMeansEpermForAllCalls() throws Exception {
        Resolver resolver = container -> {
            throw new IOException("on purpose");
        };
        assertAllFailWithEperm(resolver);
    }

    @Test
    void aResolverWithoutAnAnswerMeansEpermForAllCalls() throws Exception {
        assertAllFailWithEperm(container -> noRegistry());
    }

    private static HandlerRegistry noRegistry() {
        return null;
    }

    private static void assertAllFailWithEperm(Resolver resolver) throws Exception {
        String twice = Script.mkdirSays("Operation not permitted");
        try (SeccompAgent agent = SeccompAgent.builder().resolver(resolver).start();
                Script script = Script.start(agent, "a", twice + " && " + twice)) {
            assertThat(script.await()).isZero();
            assertThat(agent.counters().get(Counter.RESOLVER_ERRORS)).isEqualTo(1);
        }
    }

    @Test
    void eachContainerHasTheHandlersThatTheResolverChose() throws Exception {
        Resolver resolver = container -> HandlerRegistry.builder()
                .on("mkdir", SyscallHandler.fail(container.id().equals("a") ? Errno.EBADMSG : Errno.EXDEV))
                .build();
        try (SeccompAgent agent = SeccompAgent.builder().resolver(resolver).start();
                Script a = Script.start(agent, "a", Script.mkdirSays("Bad message"));
                Script b = Script.start(agent, "b", Script.mkdirSays("cross-device"))) {
            assertThat(a.await()).isZero();
            assertThat(b.await()).isZero();
        }
    }

    private static int statusWith(SyscallHandler handler, String script) throws Exception {
        try (SeccompAgent agent = Agents.withMkdir(handler);
                Script running = Script.start(agent, "a", script)) {
            return running.await();
        }
    }
}
