package io.github.seccompagent.app.control;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Likely;
import io.github.seccompagent.linux.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names of flags, as in the man pages. */
public enum FlagNames {
    /** Of the calls that take AT_ flags. */
    AT(
            "unlink link chmod chown removexattr execve",
            "",
            "AT_SYMLINK_NOFOLLOW=100 AT_REMOVEDIR=200 AT_SYMLINK_FOLLOW=400 AT_NO_AUTOMOUNT=800 AT_EMPTY_PATH=1000"),
    /** Of renameat2(2). */
    RENAME("rename", "", "RENAME_NOREPLACE=1 RENAME_EXCHANGE=2 RENAME_WHITEOUT=4"),
    /** Of open(2). */
    OPEN(
            "open",
            "O_RDONLY O_WRONLY O_RDWR O_ACCMODE",
            isArm() ? openFlags(4000, 8000, 10000, 20000) : openFlags(10000, 20000, 4000, 8000)),
    /** Of openat2(2). */
    RESOLVE(
            "",
            "",
            "RESOLVE_NO_XDEV=1 RESOLVE_NO_MAGICLINKS=2 RESOLVE_NO_SYMLINKS=4 RESOLVE_BENEATH=8 RESOLVE_IN_ROOT=10"
                    + " RESOLVE_CACHED=20"),
    /** Of setxattr(2). */
    XATTR("setxattr", "", "XATTR_CREATE=1 XATTR_REPLACE=2"),
    /** Of mount(2). */
    MOUNT(
            "mount",
            "",
            "MS_RDONLY=1 MS_NOSUID=2 MS_NODEV=4 MS_NOEXEC=8 MS_SYNCHRONOUS=10 MS_REMOUNT=20 MS_MANDLOCK=40"
                    + " MS_DIRSYNC=80 MS_NOSYMFOLLOW=100 MS_NOATIME=400 MS_NODIRATIME=800 MS_BIND=1000 MS_MOVE=2000"
                    + " MS_REC=4000 MS_SILENT=8000 MS_POSIXACL=10000 MS_UNBINDABLE=20000 MS_PRIVATE=40000"
                    + " MS_SLAVE=80000 MS_SHARED=100000 MS_RELATIME=200000 MS_STRICTATIME=1000000"
                    + " MS_LAZYTIME=2000000"),
    /** Of umount2(2). */
    UMOUNT("umount", "", "MNT_FORCE=1 MNT_DETACH=2 MNT_EXPIRE=4 UMOUNT_NOFOLLOW=8");

    private final Set<String> families; // whose main flags these are
    private final List<String> modes; // what the lowest two bits mean, if they are a number
    private final Map<Long, String> names = new LinkedHashMap<>();

    FlagNames(String families, String modes, String table) {
        this.families = Set.of(families.split(" "));
        this.modes = modes.isEmpty() ? List.of() : List.of(modes.split(" "));
        for (String each : table.split(" ")) {
            int equals = each.indexOf('=');
            names.put(Long.parseLong(each.substring(equals + 1), 16), each.substring(0, equals));
        }
    }

    private static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    /** The architectures have these at different places. */
    private static String openFlags(int directory, int noFollow, int direct, int largeFile) {
        return "O_CREAT=40 O_EXCL=80 O_NOCTTY=100 O_TRUNC=200 O_APPEND=400 O_NONBLOCK=800 O_DSYNC=1000 FASYNC=2000"
                + " O_DIRECT=" + direct + " O_LARGEFILE=" + largeFile + " O_DIRECTORY=" + directory + " O_NOFOLLOW="
                + noFollow + " O_NOATIME=40000 O_CLOEXEC=80000 __O_SYNC=100000 O_PATH=200000 __O_TMPFILE=400000";
    }

    /**
     * The value of a flag that can be set or not, by its name.
     *
     * @param calls names of calls or families; an empty set knows the flags of all calls
     * @throws IllegalArgumentException if one of the calls has no such flag
     */
    public static long bitsOf(String name, Set<String> calls) {
        if (name.equals("O_RDONLY")) {
            throw new IllegalArgumentException("O_RDONLY is no bit: ask for none of O_WRONLY and O_RDWR");
        }
        String wanted = name.equals("O_SYNC") || name.equals("O_TMPFILE") ? "__" + name : name;
        for (FlagNames table : values()) {
            long bits = table.bits(wanted);
            if (bits != 0) {
                for (String call : calls) {
                    if (!table.families.contains(SyscallTable.familyOf(call))) {
                        throw new IllegalArgumentException(call + " has no flag " + name);
                    }
                }
                return bits;
            }
        }
        List<String> all = Arrays.stream(values())
                .flatMap(table -> table.names.values().stream())
                .toList();
        String likely = Likely.of(name, all);
        throw new IllegalArgumentException(
                Findings.quote(name) + " is no flag" + (likely.isEmpty() ? "" : ": perhaps " + likely));
    }

    private long bits(String name) {
        int mode = modes.indexOf(name);
        return mode >= 0
                ? mode
                : names.entrySet().stream()
                        .filter(each -> each.getValue().equals(name))
                        .mapToLong(Map.Entry::getKey)
                        .sum();
    }

    /** The names of the flags of a value, joined by a bar; what has no name is a number. */
    String of(long value) {
        List<String> set = new ArrayList<>();
        long left = value;
        if (!modes.isEmpty()) {
            set.add(modes.get((int) (left & 3)));
            left &= ~3L;
        }
        for (Map.Entry<Long, String> each : names.entrySet()) {
            if ((left & each.getKey()) != 0) {
                set.add(each.getValue());
                left &= ~each.getKey();
            }
        }
        if (left != 0 || set.isEmpty()) {
            set.add(left == 0 ? "0" : "0x" + Long.toHexString(left));
        }
        return String.join("|", set);
    }
}
