package io.github.seccompagent.linux.syscall;

/** Where a call has an argument, and how to get it. */
public sealed interface Argument {
    /** No directory descriptor: a relative path starts from the current directory. */
    int NO_DIRECTORY = -1;

    /** The value of a register. */
    record Register(int register) implements Argument {}

    /**
     * A path. One register has its address. Another has the descriptor that it starts from, or is {@link
     * #NO_DIRECTORY}.
     */
    record Path(int directoryRegister, int register) implements Argument {}

    /** A path that may be NULL if AT_EMPTY_PATH is among the flags. NULL then means the empty path. */
    record OptionalPath(int directoryRegister, int register, int flagsRegister) implements Argument {}

    /** An open file in place of a path: a descriptor that was not opened with O_PATH. */
    record OpenFile(int register) implements Argument {}

    /** A fixed value: what this call always does, and other calls of its family only if an argument says so. */
    record Constant(long value) implements Argument {}

    /** An id of 16 bits. The largest one means "leave it". */
    record Id16(int register) implements Argument {}

    /** The flags of open(2), which ignores unknown flags, unlike openat2(2). */
    record OpenFlags(int register) implements Argument {}

    /** The mode of open(2), which counts only if a file is made. */
    record OpenMode(int flagsRegister, int register) implements Argument {}

    /**
     * A number in a structure of the caller's memory.
     *
     * @param pointerRegister the register with the address of the structure
     * @param sizeRegister the register with the size that the caller gives
     * @param knownSize the size of the structure's first version
     */
    record Field(int pointerRegister, int sizeRegister, int knownSize, int offset, int bytes) implements Argument {}
}
