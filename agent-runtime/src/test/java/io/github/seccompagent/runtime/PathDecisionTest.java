package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.runtime.SeenCall.AnsweredBy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Handlers that decide when it is known where a path leads. */
class PathDecisionTest {
    private final List<SeenCall> seen = Collections.synchronizedList(new ArrayList<>());

    private final CallObserver observer = new CallObserver() {
        @Override
        public Interest interestIn(String container, String owner, String syscall, String family) {
            return Interest.DETAILS;
        }

        @Override
        public void saw(SeenCall call) {
            seen.add(call);
        }
    };

    private static SyscallHandler mkdir(PathCheck check) {
        return call -> call.onBehalf(check).mkdir(call.path(0), call.mode(1));
    }

    private void assertAnswer(SyscallHandler handler, String says, Response response, AnsweredBy by) throws Exception {
        String script = says.isEmpty() ? "mkdir /abc && test -d /abc" : Script.mkdirSays(says) + "&& ! test -e /abc";
        try (SeccompAgent agent = Agents.withMkdir(handler)) {
            agent.observe(observer);
            try (Script running = Script.start(agent, "a", script)) {
                assertThat(running.await()).isZero();
            }
        }
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).response()).isEqualTo(response);
        assertThat(seen.get(0).answeredBy()).isEqualTo(by);
    }

    @Test
    void whatIsAllowedIsMadeOnBehalf() throws Exception {
        SyscallHandler handler =
                mkdir(paths -> paths.get(0).path().is("/abc") ? Optional.empty() : Optional.of(Errno.EBADMSG));

        assertAnswer(handler, "", Response.success(), AnsweredBy.ON_BEHALF);
    }

    /** Nobody has made the call. */
    @Test
    void aRefusalIsTheHandlers() throws Exception {
        SyscallHandler handler = mkdir(paths -> Optional.of(Errno.EBADMSG));

        assertAnswer(handler, "Bad message", Response.failure(Errno.EBADMSG), AnsweredBy.HANDLER);
    }

    @Test
    void anErrnoThatIsThrownIsARefusal() throws Exception {
        SyscallHandler handler = mkdir(paths -> {
            throw new ErrnoException(Errno.EBADMSG, "of a test");
        });

        assertAnswer(handler, "Bad message", Response.failure(Errno.EBADMSG), AnsweredBy.HANDLER);
    }

    @Test
    void whatElseIsThrownIsAFault() throws Exception {
        SyscallHandler handler = mkdir(paths -> {
            throw new IllegalStateException("of a test");
        });

        assertAnswer(handler, "Input/output error", Response.failure(Errno.EIO), AnsweredBy.AGENT);
    }

    /** The last one counts: a refusal is over when the handler makes something else. */
    @Test
    void aHandlerMayMakeAnotherCallThen() throws Exception {
        SyscallHandler handler = call -> {
            Response refused = mkdir(paths -> Optional.of(Errno.EBADMSG)).handle(call);
            return refused.equals(Response.failure(Errno.EBADMSG))
                    ? call.onBehalf().mkdir(call.path(0), call.mode(1))
                    : refused;
        };

        assertAnswer(handler, "", Response.success(), AnsweredBy.ON_BEHALF);
    }
}
