package io.github.seccompagent.app.record;

/** Those of a call that has none, and waits. */
record NoArguments() implements CallArguments {
    @Override
    public boolean isWaiting() {
        return true;
    }

    @Override
    public long register(int index) {
        return 0;
    }

    @Override
    public long pointed(int index) {
        return 0;
    }
}
