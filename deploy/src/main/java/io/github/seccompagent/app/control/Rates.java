package io.github.seccompagent.app.control;

import java.util.List;

/**
 * What was answered in an interval, as a line of top.
 *
 * @param seconds how long the interval was
 * @param rows those with the highest rates first
 * @param others how many calls are in no row, because there would be too many rows
 */
record Rates(String type, double seconds, List<Row> rows, long others) {

    /** One call of one container. The times are in nanoseconds. */
    record Row(
            String container,
            String pod,
            String call,
            long calls,
            double rate,
            long errors,
            long refused,
            long p50Nanos,
            long p99Nanos,
            long longestNanos) {}
}
