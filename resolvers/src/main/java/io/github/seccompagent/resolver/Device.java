package io.github.seccompagent.resolver;

/**
 * A character device, by its number.
 *
 * @param major below 4096
 * @param minor below 1048576
 */
public record Device(int major, int minor) {

    /** null(4). */
    public static final Device NULL = new Device(1, 3);
    /** zero(4). */
    public static final Device ZERO = new Device(1, 5);
    /** full(4). */
    public static final Device FULL = new Device(1, 7);
    /** random(4). */
    public static final Device RANDOM = new Device(1, 8);
    /** urandom(4). */
    public static final Device URANDOM = new Device(1, 9);
    /** tty(4): the terminal of whoever opens it. */
    public static final Device TTY = new Device(5, 0);
    /** console(4). */
    public static final Device CONSOLE = new Device(5, 1);

    /** The device of a number as mknod(2) takes it, makedev(3). */
    static Device ofNumber(int number) {
        return new Device((number >>> 8) & 0xfff, (number & 0xff) | (number >>> 12) & 0xfff00);
    }
}
