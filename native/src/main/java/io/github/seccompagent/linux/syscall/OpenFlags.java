package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.linux.fd.Architecture;
import org.jspecify.annotations.Nullable;

/** How the kernel turns the flags and mode of open(2) into those of openat2(2). */
public final class OpenFlags {
    private static final long O_CREAT = 0100;
    private static final long O_EXCL = 0200;
    private static final long O_PATH = 010000000;
    private static final long O_CLOEXEC = 02000000;
    private static final long O_TMPFILE_BIT = 020000000;
    private static final long ALLOWED_MODE = 07777;

    private static final boolean ARM = Architecture.ofThisMachine() == Architecture.AARCH64;
    private static final long O_DIRECTORY = ARM ? 040000 : 0200000;
    private static final long O_NOFOLLOW = ARM ? 0100000 : 0400000;
    private static final long O_LARGEFILE = ARM ? 0400000 : 0100000;

    /** All known flags: the access mode, and the bits from O_CREAT to the one of O_TMPFILE. */
    private static final long KNOWN = 3 | (O_TMPFILE_BIT * 2 - O_CREAT);

    private static final long OF_O_PATH = O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC;

    private OpenFlags() {}

    /** The flags of a call of open(2). */
    static long normalized(long flags) {
        long known = flags & KNOWN;
        return (known & O_PATH) != 0 ? known & OF_O_PATH : known;
    }

    /**
     * The flags as the kernel uses them. It allows files of any size in every open, except in open(2) and openat(2) of
     * 32-bit programs.
     */
    public static long ofCall(long flags, @Nullable Architecture architecture, String syscall) {
        boolean mayBeWithout =
                architecture == Architecture.I386 && (syscall.equals("open") || syscall.equals("openat"));
        return mayBeWithout ? flags : flags | O_LARGEFILE;
    }

    /** The mode of a call of open(2) with these flags. */
    static long mode(long flags, long mode) {
        boolean makesFile = (flags & O_PATH) == 0 && (flags & (O_CREAT | O_TMPFILE_BIT)) != 0;
        return makesFile ? mode & ALLOWED_MODE : 0;
    }

    /** Whether these flags only open a file that they make. */
    public static boolean onlyNew(long flags) {
        return (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
    }

    /** The flags that open the file which was made with these flags. */
    public static long ofExisting(long flags) {
        return (flags & ~(O_CREAT | O_EXCL)) | O_NOFOLLOW;
    }
}
