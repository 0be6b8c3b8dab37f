package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.process.ThreadStatus;
import java.util.Optional;

/**
 * What a request says of the caller, beside its descriptors.
 *
 * @param descriptors which of enum descriptor go along
 * @param label what to write to attr/current to take on the caller's LSM label
 * @param labelIsOfThread whether a label belongs to a thread and not to its process
 * @param notification where the caller waits
 */
record RequestCaller(
        ThreadStatus status, int descriptors, Optional<String> label, boolean labelIsOfThread, long notification) {

    /** Whether it lives in the agent's own pid namespace, so that its procfs shows the worker. */
    boolean seesWorker() {
        return status.threadIds().size() <= 1;
    }
}
