package io.github.seccompagent.app.control;

import io.github.seccompagent.app.report.UsageException;

/** There is no agent. One may be there soon, if this one is started again. */
final class AgentGoneException extends UsageException {
    private static final long serialVersionUID = 1L;

    AgentGoneException(String message) {
        super(message);
    }
}
