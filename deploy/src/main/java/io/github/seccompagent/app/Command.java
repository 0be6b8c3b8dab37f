package io.github.seccompagent.app;

import java.io.IOException;
import java.util.List;

/** What the program does under one of its names. An object is for one use. */
interface Command {
    /** How it is called. */
    String synopsis();

    /** What it does, in lines of text. */
    String description();

    /** Its options, which are parsed before it is run. */
    CommandOptions options();

    /**
     * Runs it to its end.
     *
     * @param arguments what is left behind the options
     * @return the exit status
     * @throws UsageException if it cannot work as it was asked
     * @throws IOException if the machine has not what it needs
     */
    int run(List<String> arguments) throws IOException, InterruptedException;
}
