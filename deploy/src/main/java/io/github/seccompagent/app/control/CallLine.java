package io.github.seccompagent.app.control;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.runtime.SeenCall;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call as a line of trace.
 *
 * @param answer {@code value}, {@code error}, {@code continue}, {@code descriptor}, or {@code none} if the call went
 *     away before its answer
 * @param value what the call returns, if the answer is a value
 * @param errno the name of the error, if the answer is an error
 * @param by {@code kernel}, {@code on-behalf}, {@code handler} or {@code agent}
 * @param reason why it was refused, if somebody has said so
 */
record CallLine(
        String type,
        String time,
        String container,
        String pod,
        int thread,
        String program,
        String call,
        String family,
        List<String> arguments,
        String answer,
        @Nullable Long value,
        @Nullable String errno,
        String by,
        boolean refused,
        @Nullable String reason,
        long durationNanos) {

    static CallLine of(SeenCall call) {
        Response response = call.response();
        return new CallLine(
                Protocol.CALL,
                call.time().toString(),
                call.container(),
                Owner.pod(call.owner()),
                call.threadId(),
                call.program(),
                call.syscall(),
                call.family(),
                CallText.arguments(call),
                call.delivered() ? answer(response) : "none",
                call.delivered() && response instanceof Response.ReturnValue value ? value.value() : null,
                call.delivered() && response instanceof Response.Failure failure
                        ? failure.errno().name()
                        : null,
                call.answeredBy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                call.isRefusal(),
                call.isRefusal() && !call.reason().isEmpty() ? call.reason() : null,
                call.duration().toNanos());
    }

    private static String answer(Response response) {
        if (response instanceof Response.ReturnValue) {
            return "value";
        } else if (response instanceof Response.Failure) {
            return "error";
        } else if (response instanceof Response.AddFd) {
            return "descriptor";
        }
        return "continue";
    }
}
