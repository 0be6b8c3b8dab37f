package io.github.seccompagent.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets through a few log lines of an account, {@link NotifiedCall#account}: a container makes calls without end. First come
 * a few lines, then one after a second, two, four, up to a minute, as long as there are more to be had; each says
 * how many were left out, and if no line comes to say that, one is logged for it. Nobody's lines keep those of others away.
 *
 * <p>A line is of one line, whatever is in it, and bounded in length. One instance is for lines of one kind. Safe for use by
 * several threads; the lock is held for moments only, and never while something is logged.
 */
public final class LogLimit {
    /** Lines are cut after so many characters. */
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

    /** Runs something later, as far as that can be had. */
    @FunctionalInterface
    interface Timer {
        void after(long nanos, Runnable action);
    }

    /** What an account has had logged of late. Guarded by the limit. */
    private static final class Recent {
        int free;
        long pause = PAUSE_NANOS;
        long next; // when there may be a line again
        long leftOut;
        String last = ""; // the beginning of the last line

        Recent(int free) {
            this.free = free;
        }
    }

    /**
     * A limit that lets through {@value #AT_FIRST} lines at first.
     *
     * @param log logs a line
     */
    public LogLimit(Consumer<String> log) {
        this(log, AT_FIRST);
    }

    /**
     * A limit.
     *
     * @param log logs a line
     * @param atFirst how many lines of an account it lets through at first
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

    /** Where there can be no thread for it, the next line of the account tells. */
    private static void later(long nanos, Runnable action) {
        try {
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(action);
        } catch (OutOfMemoryError | RuntimeException noThread) {
            // said above
        }
    }

    /**
     * Logs a line, or leaves it out.
     *
     * @param account whose it is; empty for the agent's own
     * @param line made only if it is logged
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
                    timer.after(left, () -> tell(key));
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

    /** Says how many lines were left out, if none has come to say that. */
    private void tell(String account) {
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

    /** A line may pass. Returns how it is to end. */
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

    /** Accounts that have had no line for the longest are forgotten, so that there is an end of them. */
    private Recent of(String account) {
        Recent its = recent.computeIfAbsent(account, first -> new Recent(atFirst));
        if (recent.size() > MAX_ACCOUNTS) {
            String oldest = recent.keySet().iterator().next();
            leftOutOfForgotten += recent.remove(oldest).leftOut;
        }
        return its;
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    /** A message can hold what a container says, which is not to look like a line of its own. */
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
