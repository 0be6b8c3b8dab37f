package io.github.seccompagent.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * In which registers a call has the arguments that its family's oldest member has, as {@link
 * io.github.seccompagent.api.NotifiedCall} numbers them.
 *
 * @param family the oldest member of the family
 * @param registers for each argument its register; beyond these, arguments are where they are
 * @param directoryRegisters for each argument the register of the directory descriptor that belongs to it, or
 *     {@link #NONE}
 */
public record ArgumentLayout(String family, int[] registers, int[] directoryRegisters) {
    /** There is no such register. */
    public static final int NONE = -1;

    private static final Map<String, ArgumentLayout> FAMILIES = new HashMap<>();

    static {
        family("mkdir", "mkdirat", path(0, 1), value(2));
        family("chmod", "fchmodat", path(0, 1), value(2));
        family("chmod", "fchmodat2", path(0, 1), value(2), value(3));
        family("mknod", "mknodat", path(0, 1), value(2), value(3));
        family("unlink", "unlinkat", path(0, 1), value(2));
        family("rename", "renameat", path(0, 1), path(2, 3));
        family("rename", "renameat2", path(0, 1), path(2, 3), value(4));
        family("link", "linkat", path(0, 1), path(2, 3), value(4));
        family("symlink", "symlinkat", value(0), path(1, 2));
        family("open", "openat", path(0, 1), value(2), value(3));
        family("execve", "execveat", path(0, 1), value(2), value(3), value(4));
        family("umount", "umount2", value(0), value(1));
    }

    private static void family(String family, String member, int[]... arguments) {
        int[] registers = new int[arguments.length];
        int[] directories = new int[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            directories[i] = arguments[i][0];
            registers[i] = arguments[i][1];
        }
        FAMILIES.put(member, new ArgumentLayout(family, registers, directories));
    }

    private static int[] path(int directoryRegister, int register) {
        return new int[] {directoryRegister, register};
    }

    private static int[] value(int register) {
        return new int[] {NONE, register};
    }

    /** The layout of a call. One that is in no family is its own. */
    static ArgumentLayout of(String syscall) {
        ArgumentLayout layout = FAMILIES.get(syscall);
        return layout != null ? layout : new ArgumentLayout(syscall, new int[0], new int[0]);
    }

    /** The register of an argument. */
    public int register(int argument) {
        return argument < registers.length ? registers[argument] : argument;
    }

    /** The register with the directory descriptor of a path, or {@link #NONE}: the current directory. */
    public int directoryRegister(int argument) {
        return argument < directoryRegisters.length ? directoryRegisters[argument] : NONE;
    }
}
