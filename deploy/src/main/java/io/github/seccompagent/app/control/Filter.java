package io.github.seccompagent.app.control;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.runtime.SeenCall;
import java.util.List;
import java.util.Locale;

/**
 * Which calls somebody wants to see. A list without elements matches everything.
 *
 * @param containers beginnings of ids
 * @param pods names of pods, with or without their namespace
 * @param calls names of calls or families
 * @param answers names of errnos, or the words of {@link #ANSWERS}
 */
public record Filter(List<String> containers, List<String> pods, List<String> calls, List<String> answers) {
    /** Words for answers. */
    public static final List<String> ANSWERS = List.of("success", "error", "refused", "continue");

    /** Matches all. */
    public static final Filter ALL = new Filter(List.of(), List.of(), List.of(), List.of());

    /** Whether a call can match, as far as that is known before its answer. */
    boolean mayMatch(String container, String owner, String syscall, String family) {
        return matches(containers, container::startsWith)
                && matches(pods, pod -> isPod(Owner.pod(owner), pod))
                && matches(calls, call -> call.equals(syscall) || call.equals(family));
    }

    /** Whether the answer of a call matches. */
    boolean matchesAnswer(SeenCall call) {
        return matches(answers, word -> isAnswer(call, word.toLowerCase(Locale.ROOT)));
    }

    private static boolean matches(List<String> words, java.util.function.Predicate<String> test) {
        return words.isEmpty() || words.stream().anyMatch(test);
    }

    private static boolean isPod(String pod, String asked) {
        String withoutNamespace = pod.substring(pod.indexOf('/') + 1);
        return (withoutNamespace + "/").startsWith(asked + "/")
                || asked.indexOf('/') >= 0 && (pod + "/").startsWith(asked + "/");
    }

    private static boolean isAnswer(SeenCall call, String word) {
        return switch (word) {
            case "success" ->
                call.response() instanceof Response.ReturnValue || call.response() instanceof Response.AddFd;
            case "error" -> call.response() instanceof Response.Failure;
            case "refused" -> call.isRefusal();
            case "continue" -> call.response() instanceof Response.Continue;
            default ->
                call.response() instanceof Response.Failure failure
                        && failure.errno().name().toLowerCase(Locale.ROOT).equals(word);
        };
    }
}
