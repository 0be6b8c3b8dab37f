package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.FreezableCgroup;
import io.github.seccompagent.linux.keeper.KeptTable;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.KnownProcess;
import org.jspecify.annotations.Nullable;

/**
 * Freezes a container for the calls of one listener, once for each call. Freezing takes a waiting call away from its
 * handler. After the thaw the thread makes the call again. That call gets an answer and does not freeze the container
 * again, also when another agent has frozen it. Nobody but who runs the container thaws it.
 */
final class Freezer {
    // Fields of a container that is kept.
    private static final String CONTROLLER = "freezerController";
    private static final String PATH = "freezerPath";
    private static final String WHY_NOT = "whyNotFrozen";

    private final @Nullable FreezableCgroup cgroup;
    private final String whyNot;
    private final FreezeCauses causes = new FreezeCauses(); // guarded by this

    private Freezer(@Nullable FreezableCgroup cgroup, String whyNot) {
        this.cgroup = cgroup;
        this.whyNot = whyNot;
    }

    /** The freezer of a container that is being started. */
    static Freezer of(KnownProcess firstProcess, String containerId) {
        try {
            return new Freezer(FreezableCgroup.of(firstProcess, containerId), "");
        } catch (ErrnoException e) {
            return new Freezer(null, e.getMessage());
        }
    }

    /** As {@link #writeTo} wrote it. */
    static Freezer of(KnownProcess firstProcess, JsonFields fields) throws BadStateException {
        if (fields.hasText(WHY_NOT)) {
            return none(fields.text(WHY_NOT));
        }
        return new Freezer(FreezableCgroup.known(firstProcess, fields.text(CONTROLLER), fields.text(PATH)), "");
    }

    /** Writes which cgroup it freezes, or why it freezes none. */
    void writeTo(JsonText json) {
        if (cgroup == null) {
            json.text(WHY_NOT, whyNot);
        } else {
            json.text(CONTROLLER, cgroup.controller()).text(PATH, cgroup.path());
        }
    }

    /** The freezer of a container that must not be frozen. */
    static Freezer none(String why) {
        return new Freezer(null, why);
    }

    /** One for the calls of another listener of the container. */
    Freezer ofOtherListener() {
        return new Freezer(cgroup, whyNot);
    }

    /**
     * Has kept from now on for which calls it was frozen, and knows those that an agent before has kept there.
     *
     * @param table of 15 words
     */
    synchronized void keep(KeptTable table) {
        causes.keep(table);
    }

    /** @throws ErrnoException if it cannot be frozen */
    synchronized void freezeFor(KnownProcess thread, Notification call) {
        if (cgroup == null) {
            throw new ErrnoException(Errno.EPERM, whyNot);
        }
        if (causes.isFrozenFor(thread, call)) {
            return;
        }
        causes.put(thread, call); // before it is frozen, for the case that this process is killed then
        try {
            cgroup.freeze();
        } catch (ErrnoException e) {
            causes.remove(thread);
            throw e;
        }
        causes.setFrozen(thread);
    }

    /** Whether a process may belong to the container: it is in the cgroup, or the cgroup is not known. */
    boolean mayContain(int process) {
        try {
            return cgroup == null || cgroup.has(process);
        } catch (ErrnoException gone) {
            return true;
        }
    }

    /** Forgets the call of a thread, because it will not be made again. */
    synchronized void forget(KnownProcess thread) {
        causes.remove(thread);
    }
}
