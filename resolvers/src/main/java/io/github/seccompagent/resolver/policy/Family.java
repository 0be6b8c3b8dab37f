package io.github.seccompagent.resolver.policy;

import java.util.Map;

/**
 * What rules can look at in the calls of a family.
 *
 * @param onBehalf whether such calls can be made on behalf, so that it is known where their paths lead
 * @param hasPath whether they have a path
 * @param flagsAt the number of the argument with the flags, or {@link #NONE}
 * @param flagNames what the flags are called: the beginning of their names
 * @param inMemory the member that has its flags in memory; empty if none has
 */
record Family(boolean onBehalf, boolean hasPath, int flagsAt, String flagNames, String inMemory) {
    static final int NONE = -1;

    private static final Family UNKNOWN = new Family(false, false, NONE, "", "");

    private static final Map<String, Family> ALL = Map.ofEntries(
            Map.entry("mkdir", made(NONE, "", "")),
            Map.entry("rmdir", made(NONE, "", "")),
            Map.entry("unlink", made(1, "AT_", "")),
            Map.entry("rename", made(2, "RENAME_", "")),
            Map.entry("link", made(2, "AT_", "")),
            Map.entry("symlink", made(NONE, "", "")),
            Map.entry("chmod", made(2, "AT_", "")),
            Map.entry("chown", made(3, "AT_", "")),
            Map.entry("mknod", made(NONE, "", "")),
            Map.entry("open", made(1, "O_", "openat2")),
            Map.entry("setxattr", made(4, "XATTR_", "setxattrat")),
            Map.entry("removexattr", made(2, "AT_", "")),
            Map.entry("mount", made(3, "MS_", "")),
            Map.entry("umount", made(1, "MNT_", "")),
            Map.entry("execve", new Family(false, true, 3, "AT_", "")));

    private static Family made(int flagsAt, String flagNames, String inMemory) {
        return new Family(true, true, flagsAt, flagNames, inMemory);
    }

    static Family of(String name) {
        return ALL.getOrDefault(name, UNKNOWN);
    }

    static boolean isFamily(String name) {
        return ALL.containsKey(name);
    }

    boolean hasFlags() {
        return flagsAt != NONE;
    }

    /** Whether a rule for calls of that name, or for the whole family, can find the flags in memory. */
    boolean mayHaveFlagsInMemory(String family, String call) {
        return !inMemory.isEmpty() && (call.equals(family) || call.equals(inMemory));
    }
}
