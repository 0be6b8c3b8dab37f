package io.github.seccompagent.app;

import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.util.List;

/** A command of the program. Each object is used once. */
interface Command {
    /** How to call the command. */
    String synopsis();

    /** What the command does, in lines of text. */
    String description();

    /** The command's options. They are parsed before {@link #run}. */
    CommandOptions options();

    /**
     * Runs the command to its end.
     *
     * @param arguments the arguments after the options
     * @return the exit status
     * @throws UsageException if the options or arguments ask for something that is not possible
     * @throws IOException if the machine lacks something that the command needs
     */
    int run(List<String> arguments) throws IOException, InterruptedException;
}
