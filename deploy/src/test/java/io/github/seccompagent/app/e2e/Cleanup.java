package io.github.seccompagent.app.e2e;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What has to go even if the tests are interrupted: closed when this JVM ends, unless it was closed before. */
final class Cleanup {
    private static final Set<AutoCloseable> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Cleanup::close), "cleanup"));
    }

    private Cleanup() {}

    static void atExit(AutoCloseable resource) {
        OPEN.add(resource);
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
