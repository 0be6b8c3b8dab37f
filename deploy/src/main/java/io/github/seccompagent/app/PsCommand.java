package io.github.seccompagent.app;

import io.github.seccompagent.app.control.Ps;
import java.nio.file.Path;

/** The command {@code ps}: lists the containers of the running agent. */
final class PsCommand extends AskingCommand {
    PsCommand() {
        super(ControlOptions.asking());
    }

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
    void ask(Path socket, boolean json) {
        Ps ps = new Ps(socket);
        if (json) {
            ps.printJson(System.out);
        } else {
            ps.print(System.out);
        }
    }
}
