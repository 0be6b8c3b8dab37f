package io.github.seccompagent.linux.process;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The label of a thread in AppArmor or SELinux, apparmor(7), selinux(8). */
public final class SecurityLabel {
    /** A worker could not take on a longer label: the kernel takes no more than a page. */
    private static final int MOST = 4096;

    private static final Lsm LSM = Lsm.ofThisMachine();
    private static final String OWN = LSM == Lsm.NONE ? "" : read("self");

    private enum Lsm {
        NONE,
        APPARMOR,
        SELINUX;

        static Lsm ofThisMachine() {
            try {
                String enabled = new String(
                        ProcFile.read("/sys/module/apparmor/parameters/enabled", MOST), StandardCharsets.US_ASCII);
                if (enabled.startsWith("Y")) {
                    return APPARMOR;
                }
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e; // an error such as a lack of descriptors must not take away the labels of all callers
                }
            }
            return Files.exists(Path.of("/sys/fs/selinux/enforce")) ? SELINUX : NONE;
        }
    }

    private SecurityLabel() {}

    /**
     * Whether each thread may have a label of its own. SELinux wants all threads of a process to have the same label.
     */
    public static boolean isOfThread() {
        return LSM == Lsm.APPARMOR;
    }

    /**
     * The text that a process with the agent's label writes to its attr/current to get the label of a thread; empty if
     * it has that label already.
     */
    public static Optional<String> of(int threadId) {
        if (LSM == Lsm.NONE) {
            return Optional.empty();
        }
        String label = read(Integer.toString(threadId));
        if (label.equals(OWN) || label.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(LSM == Lsm.APPARMOR ? "changeprofile " + label : label);
    }

    private static String read(String process) {
        String label = new String(ProcFile.read("/proc/" + process + "/attr/current", MOST), StandardCharsets.UTF_8)
                .replace("\0", "")
                .strip();
        // AppArmor shows the mode after the name of a profile.
        return LSM == Lsm.APPARMOR ? label.replaceFirst(" \\([a-z]+\\)$", "") : label;
    }
}
