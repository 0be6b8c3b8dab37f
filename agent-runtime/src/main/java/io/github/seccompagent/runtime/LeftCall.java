package io.github.seccompagent.runtime;

/** A call that an agent before this one has received, and has not answered. */
record LeftCall(ServedListener listener) implements EventSource {
    @Override
    public int number() {
        return listener.number();
    }

    @Override
    public Account account() {
        return listener.account();
    }

    @Override
    public void ready(int events, LoopThread thread) {
        listener.answerLeft(thread);
    }

    @Override
    public String toString() {
        return listener.toString();
    }
}
