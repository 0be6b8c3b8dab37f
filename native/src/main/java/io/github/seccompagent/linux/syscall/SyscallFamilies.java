package io.github.seccompagent.linux.syscall;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.Argument.Constant;
import io.github.seccompagent.linux.syscall.Argument.Field;
import io.github.seccompagent.linux.syscall.Argument.Id16;
import io.github.seccompagent.linux.syscall.Argument.OpenFile;
import io.github.seccompagent.linux.syscall.Argument.OpenMode;
import io.github.seccompagent.linux.syscall.Argument.OptionalPath;
import io.github.seccompagent.linux.syscall.Argument.Path;
import io.github.seccompagent.linux.syscall.Argument.Register;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The families of calls. The members of a family do the same thing. They only take their arguments in different ways. A
 * family has the arguments of its most general member. If another member lacks an argument, it has the value that the
 * member implies.
 */
final class SyscallFamilies {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_CREAT_WRONLY_TRUNC = 0100 | 01 | 01000;

    private static final Map<String, ArgumentLayout> MEMBERS = new HashMap<>();
    private static final Map<String, ArgumentLayout> I386_MEMBERS = new HashMap<>();

    static {
        family("mkdir", "mkdirat", at(0, 1), value(2));

        family("unlink", "unlink", path(0), constant(0));
        family("unlink", "unlinkat", at(0, 1), value(2));

        family("rename", "rename", path(0), path(1), constant(0));
        family("rename", "renameat", at(0, 1), at(2, 3), constant(0));
        family("rename", "renameat2", at(0, 1), at(2, 3), value(4));

        family("link", "link", path(0), path(1), constant(0));
        family("link", "linkat", at(0, 1), at(2, 3), value(4));

        family("symlink", "symlink", value(0), path(1));
        family("symlink", "symlinkat", value(0), at(1, 2));

        family("chmod", "chmod", path(0), value(1), constant(0));
        family("chmod", "fchmod", file(0), value(1), constant(AT_EMPTY_PATH));
        family("chmod", "fchmodat", at(0, 1), value(2), constant(0));
        family("chmod", "fchmodat2", at(0, 1), value(2), value(3));

        family("chown", "chown", path(0), value(1), value(2), constant(0));
        family("chown", "lchown", path(0), value(1), value(2), constant(AT_SYMLINK_NOFOLLOW));
        family("chown", "fchown", file(0), value(1), value(2), constant(AT_EMPTY_PATH));
        family("chown", "fchownat", at(0, 1), value(2), value(3), value(4));
        family("chown", "chown32", path(0), value(1), value(2), constant(0));
        family("chown", "lchown32", path(0), value(1), value(2), constant(AT_SYMLINK_NOFOLLOW));
        family("chown", "fchown32", file(0), value(1), value(2), constant(AT_EMPTY_PATH));
        i386Family("chown", "chown", path(0), id16(1), id16(2), constant(0));
        i386Family("chown", "lchown", path(0), id16(1), id16(2), constant(AT_SYMLINK_NOFOLLOW));
        i386Family("chown", "fchown", file(0), id16(1), id16(2), constant(AT_EMPTY_PATH));

        family("mknod", "mknodat", at(0, 1), value(2), value(3));

        family("open", "open", path(0), new Argument.OpenFlags(1), new OpenMode(1, 2), constant(0));
        family("open", "creat", path(0), constant(O_CREAT_WRONLY_TRUNC), value(1), constant(0));
        family("open", "openat", at(0, 1), new Argument.OpenFlags(2), new OpenMode(2, 3), constant(0));
        family("open", "openat2", at(0, 1), openHow(0), openHow(8), openHow(16));

        family("setxattr", "setxattr", path(0), value(1), value(2), value(3), value(4), constant(0));
        family("setxattr", "lsetxattr", path(0), value(1), value(2), value(3), value(4), constant(AT_SYMLINK_NOFOLLOW));
        family("setxattr", "fsetxattr", file(0), value(1), value(2), value(3), value(4), constant(AT_EMPTY_PATH));
        family(
                "setxattr",
                "setxattrat",
                new OptionalPath(0, 1, 2),
                value(3),
                xattrArgs(0, 8),
                xattrArgs(8, 4),
                xattrArgs(12, 4),
                value(2));

        family("removexattr", "removexattr", path(0), value(1), constant(0));
        family("removexattr", "lremovexattr", path(0), value(1), constant(AT_SYMLINK_NOFOLLOW));
        family("removexattr", "fremovexattr", file(0), value(1), constant(AT_EMPTY_PATH));
        family("removexattr", "removexattrat", new OptionalPath(0, 1, 2), value(3), value(2));

        family("execve", "execve", path(0), value(1), value(2), constant(0));
        family("execve", "execveat", at(0, 1), value(2), value(3), value(4));

        family("mount", "mount", value(0), path(1), value(2), value(3), value(4));
        family("umount", "umount", path(0), constant(0));
        family("umount", "umount2", path(0), value(1));
    }

    private SyscallFamilies() {}

    /**
     * The layout of a call. A call without a family is a family of its own, and any argument of it can be read as a
     * path.
     */
    static ArgumentLayout of(Architecture architecture, String syscall) {
        ArgumentLayout layout = architecture == Architecture.I386 ? I386_MEMBERS.get(syscall) : null;
        return layout != null ? layout : MEMBERS.getOrDefault(syscall, new ArgumentLayout(syscall, List.of()));
    }

    static String familyOf(String syscall) {
        ArgumentLayout layout = MEMBERS.get(syscall);
        return layout == null ? syscall : layout.family();
    }

    /** The other members of the call's family, sorted. */
    static Set<String> siblingsOf(String syscall) {
        String family = familyOf(syscall);
        Set<String> siblings = new TreeSet<>();
        MEMBERS.forEach((member, its) -> {
            if (its.family().equals(family)) {
                siblings.add(member);
                siblings.add(family);
            }
        });
        siblings.remove(syscall);
        return siblings;
    }

    private static void family(String family, String member, Argument... arguments) {
        MEMBERS.put(member, new ArgumentLayout(family, List.of(arguments)));
    }

    private static void i386Family(String family, String member, Argument... arguments) {
        I386_MEMBERS.put(member, new ArgumentLayout(family, List.of(arguments)));
    }

    private static Argument path(int register) {
        return new Path(Argument.NO_DIRECTORY, register);
    }

    private static Argument at(int directoryRegister, int register) {
        return new Path(directoryRegister, register);
    }

    private static Argument file(int register) {
        return new OpenFile(register);
    }

    private static Argument value(int register) {
        return new Register(register);
    }

    private static Argument constant(long value) {
        return new Constant(value);
    }

    private static Argument id16(int register) {
        return new Id16(register);
    }

    /** A field of struct open_how, which has three numbers of 64 bits. */
    private static Argument openHow(int offset) {
        return new Field(2, 3, 24, offset, 8);
    }

    /** A field of struct xattr_args, which has an address of 64 bits, and a size and flags of 32 bits. */
    private static Argument xattrArgs(int offset, int bytes) {
        return new Field(4, 5, 16, offset, bytes);
    }
}
