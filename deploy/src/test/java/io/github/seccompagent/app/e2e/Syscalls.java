package io.github.seccompagent.app.e2e;

/** Numbers of system calls, as rawcall takes them. */
record Syscalls(String mkdirat, String fchmodat, String mount) {
    static final Syscalls I386 = new Syscalls("296", "306", "21");

    static Syscalls ofThisMachine() {
        return System.getProperty("os.arch").equals("amd64")
                ? new Syscalls("258", "268", "165")
                : new Syscalls("34", "53", "40");
    }
}
