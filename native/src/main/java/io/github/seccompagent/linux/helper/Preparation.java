package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.syscall.SyscallTable;

/** What an agent loads in any case, before it is needed. */
public final class Preparation {
    private Preparation() {}

    /** Begins to load the libraries and the helper, and returns at once. Whoever needs them sooner waits for them. */
    public static void begin() {
        Thread thread = new Thread(Preparation::load, "preparation");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() {
        try {
            HelperProgram.prepare();
            SyscallTable.numberOf(Architecture.ofThisMachine(), "mkdirat");
        } catch (RuntimeException | Error e) {
            return; // whoever needs it fails in the same way, and says why
        }
    }
}
