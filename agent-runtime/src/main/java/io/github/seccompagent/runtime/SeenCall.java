package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A call that was answered, for a {@link CallObserver}. It holds no memory of the caller but paths and names that the
 * handler has read, and these without what may be secret.
 *
 * @param time when the agent received it
 * @param container the container's id
 * @param account whom its cost is charged to: the container, or the user whose container it is
 * @param owner {@link io.github.seccompagent.api.HandlerRegistry#owner}
 * @param threadId the calling thread in the agent's pid namespace; 0 if it is not visible there
 * @param program the name of the thread, as proc_pid_comm(5) has it, in printable ASCII; empty if it is not known
 * @param syscall the name of the call
 * @param family the name of its family
 * @param arguments the arguments in the order of the family
 * @param response the answer
 * @param answeredBy who made it
 * @param reason why the call was refused; empty if that is not known
 * @param delivered whether the caller got the answer; false if a signal has ended the call before
 * @param duration from the receipt to the answer
 */
public record SeenCall(
        Instant time,
        String container,
        String account,
        String owner,
        int threadId,
        String program,
        String syscall,
        String family,
        List<Argument> arguments,
        Response response,
        AnsweredBy answeredBy,
        String reason,
        boolean delivered,
        Duration duration) {

    /** Who made an answer. */
    public enum AnsweredBy {
        /** The kernel makes the call itself, with the caller's own privileges. */
        KERNEL,
        /** The agent has made the call on behalf of the caller. */
        ON_BEHALF,
        /** The handler. Nobody has made the call. */
        HANDLER,
        /** The agent, in place of the handler: it took too long, or threw. */
        AGENT
    }

    /**
     * An argument.
     *
     * @param value its value; for a path or a text, its address
     * @param text the path or text in printable ASCII, if the handler has read it
     * @param directory the descriptor that a path starts from; empty if the call has none
     * @param implied whether the call has no such argument, and only implies its value
     */
    public record Argument(long value, @Nullable String text, OptionalInt directory, boolean implied) {}

    /** Whether the caller got an error although nobody has made the call. */
    public boolean isRefusal() {
        return isRefusal(response, answeredBy);
    }

    static boolean isRefusal(Response response, AnsweredBy by) {
        return response instanceof Response.Failure && (by == AnsweredBy.HANDLER || by == AnsweredBy.AGENT);
    }
}
