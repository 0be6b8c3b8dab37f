package io.github.seccompagent.linux;

import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;

/** Text as a file of procfs gives it, in pieces. */
final class Texts {
    private static final int PIECE = 7;

    private Texts() {}

    static ToIntFunction<byte[]> source(String text) {
        return source(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static ToIntFunction<byte[]> source(byte[] bytes) {
        int[] at = {0};
        return buffer -> {
            int count = Math.min(PIECE, Math.min(buffer.length, bytes.length - at[0]));
            System.arraycopy(bytes, at[0], buffer, 0, count);
            at[0] += count;
            return count;
        };
    }

    /** As many bytes of one text again and again as are asked for, and how many were. */
    static final class Endless implements ToIntFunction<byte[]> {
        private final byte[] text;
        private long given;

        Endless(String text) {
            this.text = text.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public int applyAsInt(byte[] buffer) {
            for (int i = 0; i < buffer.length; i++) {
                buffer[i] = text[(int) (given++ % text.length)];
            }
            return buffer.length;
        }

        long given() {
            return given;
        }
    }
}
