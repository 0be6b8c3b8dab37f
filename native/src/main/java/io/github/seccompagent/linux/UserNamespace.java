package io.github.seccompagent.linux;

import io.github.seccompagent.api.ErrnoException;
import java.nio.charset.StandardCharsets;

/** user_namespaces(7), seen from the agent's own. */
public final class UserNamespace {
    private static final String OWN = ProcFile.readLink("/proc/self/ns/user");

    private UserNamespace() {}

    /** Whether a thread lives in the agent's own user namespace. */
    public static boolean isOwn(int threadId) {
        return ProcFile.readLink("/proc/" + threadId + "/ns/user").equals(OWN);
    }

    /** Whether two threads live in the same one; false if one of them is gone. */
    public static boolean areSame(int threadId, int other) {
        try {
            return ProcFile.readLink("/proc/" + threadId + "/ns/user")
                    .equals(ProcFile.readLink("/proc/" + other + "/ns/user"));
        } catch (ErrnoException gone) {
            return false;
        }
    }

    /** Whether {@code uid}, a number of the agent's namespace, is 0 in the user namespace of a thread. */
    public static boolean isRoot(int threadId, int uid) {
        if (isOwn(threadId)) {
            return uid == 0;
        }
        // Each line: first id inside, first id as the reader's namespace has it, count.
        String map = new String(ProcFile.read("/proc/" + threadId + "/uid_map"), StandardCharsets.US_ASCII);
        return map.lines()
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(range -> range[0].equals("0") && Integer.parseUnsignedInt(range[1]) == uid);
    }
}
