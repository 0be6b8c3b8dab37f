package io.github.seccompagent.runtime;

import io.github.seccompagent.api.HandlerRegistry;

/** A container that waits for its resolver. Its methods are called by one thread at a time. */
interface Arrival {
    ServedContainer container();

    /** Called before the resolver is asked. May take some time. */
    void prepare();

    /** What the resolver wants to be told if the container is known from before. */
    String note();

    /** Serves it with these handlers, or from now on with these. */
    void serve(HandlerRegistry registry);

    /** Called if it is never served: the agent ends. */
    void abandon();

    /** Whether nobody wants an answer any more: it was served, and has ended. */
    boolean hasEnded();
}
