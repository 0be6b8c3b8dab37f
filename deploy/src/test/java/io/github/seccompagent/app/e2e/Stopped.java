package io.github.seccompagent.app.e2e;

import java.util.List;

/** Processes that do not run for a while. */
final class Stopped {
    private Stopped() {}

    static void during(Runnable action, List<ProcessHandle> processes) {
        signal("STOP", processes);
        try {
            action.run();
        } finally {
            signal("CONT", processes);
        }
    }

    private static void signal(String name, List<ProcessHandle> processes) {
        processes.forEach(each -> Command.run("kill", "-" + name, Long.toString(each.pid())));
    }
}
