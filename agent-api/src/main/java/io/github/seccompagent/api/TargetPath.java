package io.github.seccompagent.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path as the target gave it. Immutable.
 *
 * @param directoryFd the target's descriptor of the directory that a relative path starts from, or {@link #AT_FDCWD}
 * @param name the bytes of the path; may be empty
 */
public record TargetPath(int directoryFd, TargetString name) {
    /** The target's current working directory. */
    public static final int AT_FDCWD = -100;

    /**
     * The path with {@code suffix}, as UTF-8, after its last component. Slashes at the end of the path stay at the end.
     * A path that cannot name a new entry stays as it is: an empty one, the root, and one that ends in "." or "..".
     */
    public TargetPath withSuffix(String suffix) {
        byte[] bytes = name.bytes();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == '/') {
            end--;
        }
        int start = end;
        while (start > 0 && bytes[start - 1] != '/') {
            start--;
        }
        String last = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        if (last.isEmpty() || last.equals(".") || last.equals("..")) {
            return this;
        }
        byte[] added = suffix.getBytes(StandardCharsets.UTF_8);
        byte[] result = Arrays.copyOf(bytes, bytes.length + added.length);
        System.arraycopy(added, 0, result, end, added.length);
        System.arraycopy(bytes, end, result, end + added.length, bytes.length - end);
        return new TargetPath(directoryFd, TargetString.of(result));
    }

    /** The path for a log. It contains only printable ASCII. */
    @Override
    public String toString() {
        return directoryFd == AT_FDCWD ? name.toString() : directoryFd + ":" + name;
    }
}
