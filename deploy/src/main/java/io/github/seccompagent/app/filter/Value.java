package io.github.seccompagent.app.filter;

/** What a register of a filter holds. */
sealed interface Value {

    /** A number that is known. */
    record Known(int number) implements Value {}

    /** A word of struct seccomp_data that is not known, with a mask. */
    record Word(int index, int mask) implements Value {}

    /** Anything else. */
    enum Any implements Value {
        ANY
    }

    Value ZERO = new Known(0);
}
