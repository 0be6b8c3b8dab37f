package io.github.seccompagent.app;

import io.github.seccompagent.resolver.PodIdentity;

/**
 * An event for Falco: a call was notified.
 *
 * @param id the notification's id
 * @param threadId the thread that made the call
 * @param syscall the call's name
 * @param pod the caller's pod and container
 * @param firstProcess the pid of the container's first process
 * @param filtered the pid of the process that the filter was installed for: the first process, or one that was executed
 *     later; 0 if unknown
 */
record FalcoEvent(long id, int threadId, String syscall, PodIdentity pod, int firstProcess, int filtered) {}
