package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.cgroup.FreezableCgroup;
import io.github.seccompagent.linux.notify.Notification;
import io.github.seccompagent.linux.process.KnownProcess;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Freezes a container for its calls, once for each call. Freezing takes a waiting call away from its handler. After the
 * thaw the thread makes the call again. That call gets an answer and does not freeze the container again.
 */
final class Freezer {
    private static final int MAX = 256;

    // Fields of a container that is kept.
    private static final String CONTROLLER = "freezerController";
    private static final String PATH = "freezerPath";
    private static final String WHY_NOT = "whyNotFrozen";

    private final @Nullable FreezableCgroup cgroup;
    private final String whyNot;
    private final Map<KnownProcess, Notification> causes = new LinkedHashMap<>() { // guarded by this; by thread
                @Override
                protected boolean removeEldestEntry(Map.Entry<KnownProcess, Notification> eldest) {
                    return size() > MAX;
                }
            };

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

    /** @throws ErrnoException if it cannot be frozen */
    synchronized void freezeFor(KnownProcess thread, Notification call) {
        if (cgroup == null) {
            throw new ErrnoException(Errno.EPERM, whyNot);
        }
        Notification cause = causes.get(thread);
        if (cause == null || !call.repeats(cause)) {
            cgroup.freeze();
            causes.put(thread, call);
        }
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
