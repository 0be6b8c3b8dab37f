package io.github.seccompagent.runtime;

/** Where calls are handled that an agent before this one has left. */
@FunctionalInterface
interface LeftCalls {
    /** Has the call in a slot answered, on a thread that has the slot from now on. */
    void answer(ServedListener listener, Slots.Slot slot);

    /** On threads of a loop. */
    static LeftCalls on(EventLoop loop) {
        return (listener, slot) -> {
            try {
                loop.startWith(slot, new LeftCall(listener));
            } catch (Throwable noThread) { // no memory or processes: the caller waits
                // The slot stays taken until then: a thread that received there would overwrite the id.
                listener.failLeft(slot.buffers());
                slot.buffers().clear();
                loop.giveBack(slot);
            }
        };
    }
}
