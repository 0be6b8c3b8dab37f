package io.github.seccompagent.app.filter;

/**
 * How many instructions may be followed for all calls of a chain. Filters of containers need a million or two. A
 * hostile filter could need any number for each call. For use by one thread.
 */
final class Budget {
    private int left = 8_000_000;

    /** Takes one. Returns false if none is left. */
    boolean take() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
