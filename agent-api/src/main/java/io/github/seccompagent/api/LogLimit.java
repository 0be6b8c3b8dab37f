package io.github.seccompagent.api;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Limits the log lines of each account, because a container can make calls without end. See {@link
 * NotifiedCall#account}.
 *
 * <p>The first few lines of an account are logged. While more keep coming, one line is logged after a second, then
 * after two seconds, four, and so on up to a minute. Each line says how many lines were left out before it. If no line
 * comes that could say so, an extra one is logged. An account's lines never keep out the lines of another account.
 *
 * <p>Whatever the text contains, it stays on one line and has a bounded length. Use one instance for each kind of line.
 * Safe for use by several threads. The lock is held only briefly, and never while a line is logged.
 */
public final class LogLimit {
    /** The length of the longest line in characters. Longer ones are cut. */
    public static final int LONGEST = 1000;

    static final int MAX_ACCOUNTS = 256;

    private static final int AT_FIRST = 3;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int LONGEST_REMINDER = 200;
    private static final int LONGEST_ACCOUNT = 200;

    private final Consumer<String> log;
    private final int atFirst;
    private final LongSupplier clock;
    private final Timer timer;
    private final Map<String, Recent> recent = new LinkedHashMap<>(16, 0.75f, true); // guarded by this, the latest last
    private long leftOutOfForgotten; // guarded by this

    /** Runs an action later, if the machine has a thread for it. */
    @FunctionalInterface
    interface Timer {
        void after(long nanos, Runnable action);
    }

    /** What was logged for an account lately. Guarded by the limit. */
    private static final class Recent {
        int free;
        long pause = PAUSE_NANOS;
        long next; // when the next line may be logged
        long leftOut;
        String last = ""; // the beginning of the last line

        Recent(int free) {
            this.free = free;
        }
    }

    /**
     * Creates a limit that logs the first {@value #AT_FIRST} lines of an account.
     *
     * @param log logs a line
     */
    public LogLimit(Consumer<String> log) {
        this(log, AT_FIRST);
    }

    /**
     * Creates a limit.
     *
     * @param log logs a line
     * @param atFirst how many lines of an account are logged before the limit starts
     */
    public LogLimit(Consumer<String> log, int atFirst) {
        this(log, atFirst, System::nanoTime, LogLimit::later);
    }

    LogLimit(Consumer<String> log, LongSupplier clock, Timer timer) {
        this(log, AT_FIRST, clock, timer);
    }

    private LogLimit(Consumer<String> log, int atFirst, LongSupplier clock, Timer timer) {
        this.log = log;
        this.atFirst = atFirst;
        this.clock = clock;
        this.timer = timer;
    }

    /** If no thread can be had, the account's next line says how many lines were left out. */
    private static void later(long nanos, Runnable action) {
        try {
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(action);
        } catch (OutOfMemoryError | RuntimeException noThread) {
            // see above
        }
    }

    /**
     * Logs a line, or leaves it out.
     *
     * @param account whose line it is; empty for the agent itself
     * @param line computed only if the line is logged
     */
    public void log(String account, Supplier<String> line) {
        String key = cut(account, LONGEST_ACCOUNT);
        String ending;
        synchronized (this) {
            Recent mine = of(key);
            long now = clock.getAsLong();
            if (mine.free == 0 && now - mine.next < 0) {
                if (mine.leftOut++ == 0) {
                    long left = mine.next - now;
                    timer.after(left, () -> logLeftOut(key));
                }
                return;
            }
            ending = pass(mine, now);
        }
        String text = oneLine(line.get(), LONGEST);
        synchronized (this) {
            of(key).last = cut(text, LONGEST_REMINDER);
        }
        log.accept(text + ending);
    }

    /** Logs how many lines were left out, if no line has come since that said so. */
    private void logLeftOut(String account) {
        String text;
        synchronized (this) {
            Recent its = recent.get(account);
            long now = clock.getAsLong();
            if (its == null || its.leftOut == 0 || now - its.next < 0) {
                return;
            }
            text = its.last + pass(its, now);
        }
        log.accept(text);
    }

    /** Lets a line pass, and returns the ending that it gets. */
    private String pass(Recent its, long now) {
        boolean quiet = its.free == 0 && its.leftOut == 0 && now - its.next >= its.pause;
        if (quiet) {
            its.free = atFirst;
            its.pause = PAUSE_NANOS;
        }
        if (its.free > 0) {
            its.free--;
        } else {
            its.pause = Math.min(2 * its.pause, LONGEST_PAUSE_NANOS);
        }
        its.next = now + its.pause;
        long left = its.leftOut + leftOutOfForgotten;
        its.leftOut = 0;
        leftOutOfForgotten = 0;
        return left == 0 ? "" : "; " + left + " such lines were left out";
    }

    /** Forgets the account whose last line is the oldest when there are too many accounts, so the map stays bounded. */
    private Recent of(String account) {
        Recent its = recent.computeIfAbsent(account, first -> new Recent(atFirst));
        if (recent.size() > MAX_ACCOUNTS) {
            Iterator<Recent> oldest = recent.values().iterator();
            leftOutOfForgotten += oldest.next().leftOut;
            oldest.remove();
        }
        return its;
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    /** A message can contain a container's words. They must not look like a log line of their own. */
    private static String oneLine(String text, int longest) {
        StringBuilder line = new StringBuilder(cut(text, longest));
        for (int i = 0; i < line.length(); i++) {
            switch (Character.getType(line.charAt(i))) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    line.setCharAt(i, '?');
                default -> {}
            }
        }
        return line.toString();
    }
}
