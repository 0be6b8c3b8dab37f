package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Two connected sockets, and what one side sends. */
final class Sockets implements AutoCloseable {
    static final int STREAM = 1;
    static final int SEQPACKET = 5;
    private static final int AF_UNIX = 1;
    private static final int CLOEXEC = 02000000;

    final Fd own;
    final Fd peer;

    Sockets(int type) {
        int[] ends = new int[2];
        assertThat(LibC.socketpair(AF_UNIX, type | CLOEXEC, 0, ends)).isZero();
        own = new Fd(ends[0]);
        peer = new Fd(ends[1]);
    }

    /** Sends a message with copies of one descriptor. */
    void send(String text, Fd fd, int copies) {
        Fd[] fds = new Fd[copies];
        Arrays.fill(fds, fd);
        send(text, fds);
    }

    /** Sends a message with some descriptors. */
    void send(String text, Fd... descriptors) {
        int[] fds = Stream.of(descriptors).mapToInt(Fd::number).toArray();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MessageBuffer buffer = new MessageBuffer(Math.max(bytes.length, 1));
        buffer.putBytes(0, bytes).send(peer.number(), bytes.length, fds);
    }

    @Override
    public void close() {
        own.close();
        peer.close();
    }
}
