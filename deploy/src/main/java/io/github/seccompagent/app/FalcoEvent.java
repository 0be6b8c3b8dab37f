package io.github.seccompagent.app;

import io.github.seccompagent.resolver.PodIdentity;

/**
 * That a call was notified.
 *
 * @param id the notification's
 * @param threadId the caller
 * @param firstProcess the container's
 * @param filtered the process that the filter was installed for: the first one, or one that was executed later; 0 if unknown
 */
record FalcoEvent(long id, int threadId, String syscall, PodIdentity pod, int firstProcess, int filtered) {}
