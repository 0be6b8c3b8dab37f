package io.github.seccompagent.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes copied from the target's memory, without the final NUL. They need not be text in any encoding. Immutable. */
public final class TargetString {
    private final byte[] bytes;

    private TargetString(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The string that consists of these bytes.
     *
     * @throws IllegalArgumentException if a byte is 0
     */
    public static TargetString of(byte... bytes) {
        byte[] copy = bytes.clone();
        for (byte b : copy) {
            if (b == 0) {
                throw new IllegalArgumentException("a NUL byte in a string");
            }
        }
        return new TargetString(copy);
    }

    /** The string that consists of the bytes before the first NUL, or of all bytes if there is no NUL. */
    public static TargetString before(byte[] terminated) {
        int length = 0;
        while (length < terminated.length && terminated[length] != 0) {
            length++;
        }
        return new TargetString(Arrays.copyOf(terminated, length));
    }

    /** The string that consists of the UTF-8 bytes of {@code text}. */
    public static TargetString of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether the bytes are those of {@code text} in UTF-8. */
    public boolean is(String text) {
        return Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TargetString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The string for a log. The backslash and all bytes that are not printable ASCII appear as \xNN. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (b >= ' ' && b < 0x7f && b != '\\') {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02x", b));
            }
        }
        return text.toString();
    }
}
