package io.github.seccompagent.linux;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Closes descriptors that somebody else chose. To close one can take long, as with a TCP socket that lingers, so a thread
 * that has other things to do must not.
 */
final class ForeignFds {
    private static final ThreadPoolExecutor CLOSER =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ForeignFds::daemon);

    static {
        CLOSER.allowCoreThreadTimeOut(true);
    }

    private ForeignFds() {}

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "foreign-fd-closer");
        thread.setDaemon(true);
        return thread;
    }

    static void close(Fd fd) {
        CLOSER.execute(fd::close);
    }
}
