package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.libc.Crossing;
import io.github.seccompagent.linux.libc.LibC;
import io.github.seccompagent.linux.syscall.SyscallTable;

/**
 * Loads what an agent loads in any case, before it is needed: the libraries and the helper. Whoever needs them sooner
 * waits for them.
 */
public final class Preparation extends Thread {
    /** A thread that is still to be started. */
    public Preparation() {
        super("preparation");
        setDaemon(true);
    }

    /** In the order in which they are needed. */
    @Override
    public void run() {
        try {
            LibC.getpid();
            Crossing.load();
            HelperProgram.prepare();
            SyscallTable.numberOf(Architecture.ofThisMachine(), "mkdirat");
        } catch (RuntimeException | Error e) {
            return; // whoever needs it fails in the same way, and says why
        }
    }
}
