package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.api.Capability;
import java.util.OptionalInt;

/** What the conditions of rules look at in a call, without its paths. */
interface CallFacts {
    String syscall();

    String family();

    long flags();

    /** The filesystem type of a mount; empty if there is none. */
    String type();

    /** The device that is made; empty if none is. */
    OptionalInt device();

    long uid();

    boolean has(Capability capability);
}
