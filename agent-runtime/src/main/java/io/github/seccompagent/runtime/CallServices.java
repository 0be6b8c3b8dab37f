package io.github.seccompagent.runtime;

/** What all calls of an agent share. */
record CallServices(
        OnBehalfExecutor onBehalf, MountCalls mounts, Delays delays, Workplaces workplaces, Counters counters) {}
