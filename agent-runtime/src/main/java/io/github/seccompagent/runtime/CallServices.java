package io.github.seccompagent.runtime;

/** What the calls of an agent have in common. */
record CallServices(
        OnBehalfExecutor onBehalf, MountCalls mounts, Delays delays, Workplaces workplaces, Counters counters) {}
