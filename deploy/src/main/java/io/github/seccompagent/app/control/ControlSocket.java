package io.github.seccompagent.app.control;

import java.nio.file.Path;

/** Where the control socket is. */
final class ControlSocket {
    private static final String SUFFIX = ".control";

    private ControlSocket() {}

    /** That of the agent that listens at a path. */
    static Path of(Path agent) {
        return agent.resolveSibling(agent.getFileName() + SUFFIX);
    }
}
