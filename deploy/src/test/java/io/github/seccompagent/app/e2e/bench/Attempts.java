package io.github.seccompagent.app.e2e.bench;

import java.io.IOException;

/** Measures several things. What cannot be measured is told, and does not keep the others from being measured. */
final class Attempts {
    /** Measures one thing. */
    @FunctionalInterface
    interface Measurement {
        void make() throws IOException;
    }

    private boolean allMade = true;

    void make(String what, Measurement measurement) throws IOException {
        try {
            measurement.make();
        } catch (AssertionError e) {
            System.err.println("deploy/bench: " + what + ": " + e.getMessage());
            allMade = false;
        }
    }

    /** 0 if all could be measured. */
    int exitStatus() {
        return allMade ? 0 : 1;
    }
}
