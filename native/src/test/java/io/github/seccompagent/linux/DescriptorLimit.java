package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.util.function.Supplier;

/** A process that can have few descriptors, for a moment. */
final class DescriptorLimit {
    private static final int RLIMIT_NOFILE = 7;

    private DescriptorLimit() {}

    /** Runs something while no descriptor can have a number of {@code limit} or above. */
    static <T> T with(int limit, Supplier<T> something) {
        try (Memory before = new Memory(16);
                Memory now = new Memory(16)) {
            call("getrlimit", before);
            now.setLong(0, limit);
            now.setLong(8, before.getLong(8));
            call("setrlimit", now);
            try {
                return something.get();
            } finally {
                call("setrlimit", before);
            }
        }
    }

    private static void call(String function, Memory limits) {
        int result =
                NativeLibrary.getInstance("c").getFunction(function).invokeInt(new Object[] {RLIMIT_NOFILE, limits});
        assertThat(result).isZero();
    }
}
