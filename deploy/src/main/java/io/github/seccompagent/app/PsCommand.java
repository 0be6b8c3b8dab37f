package io.github.seccompagent.app;

import io.github.seccompagent.app.control.Ps;
import java.util.List;

/** The command {@code ps}: lists the containers of the running agent. */
final class PsCommand implements Command {
    private final CommandOptions options = ControlOptions.asking();

    @Override
    public String synopsis() {
        return "seccomp-agent ps [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Lists the containers of the running agent: their pods, since when they are served, how many of their
                calls were answered, how many of these were refused, and which one took the longest. A call is refused
                if it gets an error and nobody has made it. Needs root.""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    public int run(List<String> arguments) {
        ControlOptions.requireNone(arguments);
        Ps ps = new Ps(ControlOptions.socket(options));
        if (options.has(CommonOptions.JSON)) {
            ps.printJson(System.out);
        } else {
            ps.print(System.out);
        }
        return 0;
    }
}
