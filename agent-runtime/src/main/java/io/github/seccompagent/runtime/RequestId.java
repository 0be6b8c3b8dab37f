package io.github.seccompagent.runtime;

/**
 * Identifies one request to a worker among all requests of the agent.
 *
 * @param worker the number of the worker
 * @param sequence the number of the request within its call; the first is 1
 */
record RequestId(long worker, int sequence) {}
