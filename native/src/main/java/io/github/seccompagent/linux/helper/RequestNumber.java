package io.github.seccompagent.linux.helper;

/**
 * Tells a request from all others that a worker gets. The next agent gives the same number to the same request.
 *
 * @param call the notification of its call
 * @param index which request of the call it is, from 1 on
 */
public record RequestNumber(long call, long index) {}
