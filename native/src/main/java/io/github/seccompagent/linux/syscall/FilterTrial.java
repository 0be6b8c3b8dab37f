package io.github.seccompagent.linux.syscall;

import com.sun.jna.Pointer;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/**
 * A filter that is made as a runtime makes it, and never loaded. It tells what the installed libseccomp refuses. For
 * use by one thread.
 */
public final class FilterTrial implements AutoCloseable {
    private static final int CONDITION_BYTES = 24;
    private static final int EEXIST = 17;
    private static final String PREFIX = "scmp_arch_";

    private final Pointer filter;

    /**
     * A condition on an argument.
     *
     * @param comparison the number of libseccomp, from 1 for "not equal" to 7 for "masked equal"
     */
    public record Condition(int argument, int comparison, long value, long valueTwo) {}

    /**
     * Begins a filter for the architecture of this machine.
     *
     * @param defaultAction the value of libseccomp
     * @throws IllegalArgumentException if it is no action
     */
    public FilterTrial(int defaultAction) {
        filter = LibSeccomp.seccomp_init(defaultAction);
        if (filter == null) {
            throw new IllegalArgumentException("no action: " + defaultAction);
        }
    }

    /** Whether libseccomp knows an architecture, such as SCMP_ARCH_X86, and adds it. One that is there is added too. */
    public boolean addArchitecture(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        int token = LibSeccomp.seccomp_arch_resolve_name(
                LibC.string(small.startsWith(PREFIX) ? small.substring(PREFIX.length()) : small));
        if (token == 0) {
            return false;
        }
        int failed = LibSeccomp.seccomp_arch_add(filter, token);
        return failed == 0 || failed == -EEXIST;
    }

    /**
     * Adds a rule. A call that libseccomp does not know is left out, as runtimes do.
     *
     * @param action the value of libseccomp
     * @return 0, or the errno
     */
    public int addRule(int action, String syscall, List<Condition> conditions) {
        int number = LibSeccomp.seccomp_syscall_resolve_name(LibC.string(syscall));
        if (number == -1) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(CONDITION_BYTES * Math.max(1, conditions.size()))
                .order(ByteOrder.nativeOrder());
        for (Condition condition : conditions) {
            bytes.putInt(condition.argument()).putInt(condition.comparison());
            bytes.putLong(condition.value()).putLong(condition.valueTwo());
        }
        return -LibSeccomp.seccomp_rule_add_array(filter, action, number, conditions.size(), bytes.array());
    }

    @Override
    public void close() {
        LibSeccomp.seccomp_release(filter);
    }
}
