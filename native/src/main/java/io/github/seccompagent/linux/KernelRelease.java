package io.github.seccompagent.linux;

/** The release of a kernel, uname(2). */
public record KernelRelease(String text) {
    /** That of this machine. */
    public static KernelRelease ofThisMachine() {
        return new KernelRelease(System.getProperty("os.version"));
    }

    /** Whether it is older than a version. */
    public boolean isBefore(int major, int minor) {
        String[] numbers = text.split("[^0-9]+", 3);
        int own = Integer.parseInt(numbers[0]);
        return own < major || own == major && Integer.parseInt(numbers[1]) < minor;
    }
}
