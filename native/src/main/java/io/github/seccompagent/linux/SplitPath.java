package io.github.seccompagent.linux;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.TargetString;
import java.util.Arrays;

/**
 * A path cut before its last component, both parts with their final NUL. Slashes at its end stay with the last component,
 * for they mean something to the kernel.
 *
 * @param parent empty where the path is a single component; all slashes where the component is in the root
 * @param last "." for the root itself
 */
record SplitPath(byte[] parent, byte[] last) {

    /**
     * Cuts {@code path}.
     *
     * @throws ErrnoException ENOENT if it is empty
     */
    static SplitPath of(TargetString path) {
        byte[] bytes = path.bytes();
        int end = bytes.length;
        if (end == 0) {
            throw new ErrnoException(Errno.ENOENT, "empty path");
        }
        while (end > 0 && bytes[end - 1] == '/') {
            end--;
        }
        if (end == 0) {
            return new SplitPath(new byte[] {'/', 0}, new byte[] {'.', 0});
        }
        int start = end;
        while (start > 0 && bytes[start - 1] != '/') {
            start--;
        }
        byte[] parent = Arrays.copyOf(bytes, start + 1);
        parent[start] = 0;
        return new SplitPath(parent, Arrays.copyOfRange(bytes, start, bytes.length + 1));
    }
}
