package io.github.seccompagent.runtime;

import io.github.seccompagent.linux.KnownProcess;
import io.github.seccompagent.linux.Notification;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Freezes a container for its calls, for each call once. To be frozen takes a waiting call away from its handler, and when it
 * is thawed its thread makes it again: that shall get its answer, and not freeze the container again.
 */
final class Freezer {
    private static final int MAX = 256;

    private final KnownProcess firstProcess;
    private final Map<KnownProcess, Notification> causes = new LinkedHashMap<>() { // guarded by this, by thread
                @Override
                protected boolean removeEldestEntry(Map.Entry<KnownProcess, Notification> eldest) {
                    return size() > MAX;
                }
            };

    Freezer(KnownProcess firstProcess) {
        this.firstProcess = firstProcess;
    }

    /** @throws io.github.seccompagent.api.ErrnoException if it cannot be frozen */
    synchronized void freezeFor(KnownProcess thread, Notification call) {
        Notification cause = causes.get(thread);
        if (cause == null || !call.repeats(cause)) {
            firstProcess.freezeCgroup();
            causes.put(thread, call);
        }
    }

    /** The call will not be made again. */
    synchronized void answered(KnownProcess thread) {
        causes.remove(thread);
    }
}
