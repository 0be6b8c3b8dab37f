package io.github.seccompagent.app;

import java.nio.file.Path;
import java.util.List;

/** A command that asks the running agent. It has options, and no other arguments. */
abstract class AskingCommand implements Command {
    private final CommandOptions options;

    /** @param options those of {@link ControlOptions#asking}, and those of this command */
    AskingCommand(CommandOptions options) {
        this.options = options;
    }

    @Override
    public final CommandOptions options() {
        return options;
    }

    @Override
    public final int run(List<String> arguments) {
        ControlOptions.requireNone(arguments);
        ask(ControlOptions.socket(options), options.has(CommonOptions.JSON));
        return 0;
    }

    /**
     * Asks the agent, and prints its answer.
     *
     * @param socket where the agent listens for runtimes
     * @param json whether to print JSON
     */
    abstract void ask(Path socket, boolean json);
}
