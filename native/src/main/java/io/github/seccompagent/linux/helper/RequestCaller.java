package io.github.seccompagent.linux.helper;

import io.github.seccompagent.linux.process.ThreadStatus;
import java.util.Optional;

/**
 * What a request says about the caller, besides the descriptors.
 *
 * @param descriptors which descriptors of enum descriptor go along
 * @param label the text that a worker writes to attr/current to get the caller's LSM label
 * @param labelIsOfThread whether a label belongs to a thread, and not to its process
 * @param place where it lives; empty if the worker does not stay
 * @param processor the one that the agent runs on, {@link io.github.seccompagent.linux.process.Processors#current}
 */
record RequestCaller(
        ThreadStatus status,
        int descriptors,
        Optional<String> label,
        boolean labelIsOfThread,
        Optional<ThreadPlace> place,
        int processor) {

    /** Whether the caller lives in the agent's own pid namespace, so that its procfs shows the worker. */
    boolean seesWorker() {
        return status.threadIds().size() <= 1;
    }
}
