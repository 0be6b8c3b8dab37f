package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.MessageBuffer;
import io.github.seccompagent.linux.fd.Poll;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What came of trying each {@link KernelFeature} with the privileges of this process, in processes that have ended. */
public final class KernelTrial {
    private static final int PATIENCE_MILLIS = 17_000; // the process gives up after 15 s
    private static final int WORKS = 0;

    private final Map<KernelFeature, Integer> results;

    private KernelTrial(Map<KernelFeature, Integer> results) {
        this.results = results;
    }

    /**
     * Tries them.
     *
     * @throws ErrnoException if the process that does it cannot be started, or gives no answer
     */
    public static KernelTrial run() {
        HelperProgram.Started helper = HelperProgram.start(List.of("features"));
        try (MessageBuffer buffer = new MessageBuffer(Integer.BYTES * KernelFeature.values().length)) {
            if (!Poll.hasInput(helper.control(), PATIENCE_MILLIS)) {
                throw new ErrnoException(Errno.ETIMEDOUT, "no answer of the process that tries the kernel");
            }
            MessageBuffer.Message message = buffer.receive(helper.control().number());
            message.closeFds();
            return parse(message.bytes());
        } finally {
            helper.end();
        }
    }

    private static KernelTrial parse(byte[] bytes) {
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        Map<KernelFeature, Integer> results = new EnumMap<>(KernelFeature.class);
        for (KernelFeature feature : KernelFeature.values()) {
            if (numbers.remaining() < Integer.BYTES) {
                throw new ErrnoException(Errno.EIO, "the process that tries the kernel ended too early");
            }
            results.put(feature, numbers.getInt());
        }
        return new KernelTrial(results);
    }

    public boolean works(KernelFeature feature) {
        return resultOf(feature) == WORKS;
    }

    /** Why it does not work. Empty if it works, and also if it was not tried because another one does not work. */
    public Optional<Errno> failure(KernelFeature feature) {
        int result = resultOf(feature);
        return result > WORKS ? Optional.of(LibC.errnoOf(result)) : Optional.empty();
    }

    private int resultOf(KernelFeature feature) {
        return results.getOrDefault(feature, -1);
    }
}
