package io.github.seccompagent.app.e2e;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * What has to go even if the tests are interrupted: closed when this JVM ends, unless it was closed before. The newest goes
 * first, since it may be in what is older.
 */
final class Cleanup {
    private static final Deque<AutoCloseable> OPEN = new ConcurrentLinkedDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Cleanup::close), "cleanup"));
    }

    private Cleanup() {}

    static void atExit(AutoCloseable resource) {
        OPEN.addFirst(resource);
    }

    static void done(AutoCloseable resource) {
        OPEN.remove(resource);
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | AssertionError e) {
            System.err.println("left behind: " + resource + ": " + e);
        }
    }
}
