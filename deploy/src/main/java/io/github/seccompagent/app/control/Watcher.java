package io.github.seccompagent.app.control;

import io.github.seccompagent.runtime.CallObserver;
import java.io.IOException;

/** A client that watches calls. */
interface Watcher extends CallObserver {
    /** Sends what it sees, until that fails because the client is gone. */
    void serve(Lines lines) throws IOException, InterruptedException;
}
