package io.github.seccompagent.app.control;

/** How long calls took, in steps of an eighth: about 12 % exact. Guarded by its owner. */
final class Latencies {
    private static final int STEP_BITS = 3;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int BUCKETS = 40 * STEPS; // up to 18 minutes

    private final int[] counts = new int[BUCKETS];
    private long longest;

    void add(long nanos) {
        counts[bucket(nanos)]++;
        longest = Math.max(longest, nanos);
    }

    private static int bucket(long nanos) {
        long least = Math.max(nanos, STEPS);
        int exponent = 63 - Long.numberOfLeadingZeros(least);
        int step = (int) (least >>> (exponent - STEP_BITS)) & (STEPS - 1);
        return Math.min((exponent - STEP_BITS) * STEPS + step, BUCKETS - 1);
    }

    private static long end(int bucket) {
        return (long) (STEPS + bucket % STEPS + 1) << (bucket / STEPS);
    }

    /** The time within which such a part of the calls was answered. */
    long quantile(double part, long count) {
        long wanted = (long) Math.ceil(part * count);
        long seen = 0;
        for (int i = 0; i < BUCKETS - 1; i++) { // the last one has no end
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(end(i), longest);
            }
        }
        return longest;
    }

    long longest() {
        return longest;
    }
}
