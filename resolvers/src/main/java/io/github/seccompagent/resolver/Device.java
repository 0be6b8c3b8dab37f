package io.github.seccompagent.resolver;

/**
 * The number of a character device.
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
    /** tty(4): the controlling terminal of the process that opens it. */
    public static final Device TTY = new Device(5, 0);
    /** console(4). */
    public static final Device CONSOLE = new Device(5, 1);

    /** The device whose number mknod(2) takes as {@code number}. See makedev(3). */
    static Device ofNumber(int number) {
        return new Device((number >>> 8) & 0xfff, (number & 0xff) | (number >>> 12) & 0xfff00);
    }
}
