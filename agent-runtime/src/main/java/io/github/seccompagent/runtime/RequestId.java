package io.github.seccompagent.runtime;

/**
 * Tells a request of a worker from all others of the agent.
 *
 * @param worker its number
 * @param sequence which request of its call it is; the first is 1
 */
record RequestId(long worker, int sequence) {}
