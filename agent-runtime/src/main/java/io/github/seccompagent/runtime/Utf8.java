package io.github.seccompagent.runtime;

/**
 * Checks that bytes are UTF-8, one after the other: the shortest form of each character, and no half of a surrogate
 * pair. For use by one thread.
 */
final class Utf8 {
    private int left; // how many bytes of a character are still to come
    private int least; // the range of the next one
    private int most;

    /** Takes the next byte. Returns false if it cannot come here. */
    boolean take(int c) {
        if (left > 0) {
            boolean fits = c >= least && c <= most;
            next(left - 1, 0x80, 0xbf);
            return fits;
        }
        if (c < 0x80) {
            return true;
        }
        if (c >= 0xc2 && c <= 0xdf) {
            next(1, 0x80, 0xbf);
        } else if (c >= 0xe0 && c <= 0xef) {
            next(2, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf);
        } else if (c >= 0xf0 && c <= 0xf4) {
            next(3, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf);
        } else {
            return false;
        }
        return true;
    }

    private void next(int count, int from, int to) {
        left = count;
        least = from;
        most = to;
    }
}
