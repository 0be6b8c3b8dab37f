package io.github.seccompagent.app.e2e.survive;

import java.util.Set;

/**
 * What one call in a container was told.
 *
 * @param call the name of the call
 * @param item what it was for: no other call of this name has the same
 * @param result 0, or an errno; "again-ERRNO" if all is as after a success; "wrong" if nothing is as after one
 * @param begin when the call was made, in terms of System.nanoTime
 * @param end when it returned
 * @param losesAnswers whether a signal can take an answer away from the caller
 */
record Told(String call, String item, String result, long begin, long end, boolean losesAnswers) {
    private static final Set<String> NOT_CALLS = Set.of("strays");

    /** What a result means. */
    enum Outcome {
        DONE,
        EIO,
        ENOSYS,
        EINTR,
        /** The call was made more often than once, or its success is not true. */
        TWICE,
        OTHER
    }

    static Told parse(String line, boolean losesAnswers) {
        String[] words = line.split(" ");
        return new Told(words[0], words[1], words[2], Long.parseLong(words[3]), Long.parseLong(words[4]), losesAnswers);
    }

    boolean isCall() {
        return !NOT_CALLS.contains(call);
    }

    Outcome outcome() {
        if (result.equals(call.equals("freeze") ? "1" : "0")) {
            return Outcome.DONE;
        }
        return switch (result.replace("again-", "")) {
            case "5" -> Outcome.EIO;
            case "38" -> Outcome.ENOSYS;
            case "4" -> Outcome.EINTR;
            default -> result.startsWith("again-") || result.equals("wrong") ? Outcome.TWICE : Outcome.OTHER;
        };
    }

    /** How long it waited, beyond the time that its handler takes by itself. A frozen caller waits for its thaw. */
    long waited() {
        return switch (call) {
            case "delay" -> end - begin - StormAgent.DELAY.toNanos();
            case "freeze" -> 0;
            default -> end - begin;
        };
    }

    @Override
    public String toString() {
        return "%s %s: %s after %.3f s".formatted(call, item, result, (end - begin) / 1e9);
    }
}
