package io.github.seccompagent.app.doctor;

import io.github.seccompagent.app.report.Finding;
import java.io.IOException;
import java.util.List;

/** One thing to look at. */
@FunctionalInterface
interface Check {
    /**
     * Looks, and leaves everything as it was.
     *
     * @throws IOException if it cannot look
     * @throws RuntimeException likewise
     */
    List<Finding> look() throws IOException;
}
