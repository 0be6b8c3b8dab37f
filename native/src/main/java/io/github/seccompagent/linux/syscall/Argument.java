package io.github.seccompagent.linux.syscall;

/** Where a call has an argument, and what has to be done to get it. */
public sealed interface Argument {
    /** There is no directory descriptor: a relative path starts from the current directory. */
    int NO_DIRECTORY = -1;

    /** The value of a register. */
    record Register(int register) implements Argument {}

    /** A path: the address in a register, the descriptor that it starts from in another or {@link #NO_DIRECTORY}. */
    record Path(int directoryRegister, int register) implements Argument {}

    /** A path that may be NULL where AT_EMPTY_PATH is among the flags: that is as good as an empty one. */
    record OptionalPath(int directoryRegister, int register, int flagsRegister) implements Argument {}

    /** An open file in the place of a path: a descriptor that can be read, written or the like, unlike one of O_PATH. */
    record OpenFile(int register) implements Argument {}

    /** What a call does always, and others of its family when an argument says so. */
    record Constant(long value) implements Argument {}

    /** An id of 16 bits; the largest of them means "leave it". */
    record Id16(int register) implements Argument {}

    /** The flags of open(2), which unlike openat2(2) passes over what it does not know. */
    record OpenFlags(int register) implements Argument {}

    /** The mode of open(2), which counts only where a file is made. */
    record OpenMode(int flagsRegister, int register) implements Argument {}

    /**
     * A number in a structure of the caller's memory.
     *
     * @param pointerRegister has its address
     * @param sizeRegister has its size as the caller knows the structure
     * @param knownSize the size that it had at first
     */
    record Field(int pointerRegister, int sizeRegister, int knownSize, int offset, int bytes) implements Argument {}
}
