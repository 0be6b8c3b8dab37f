package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final Random RANDOM = new Random(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4085, 4086, 4087, 5000, 100_000, Frame.LONGEST})
    void whatIsWrittenIsRead(int length) throws Exception {
        Frame frame = frame(length, 7);

        List<Frame> read = read(FrameWriter.bytesOf(frame), 1 << 16);

        assertThat(read).hasSize(1);
        assertThat(read.get(0)).usingRecursiveComparison().isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 1000})
    void itDoesNotMatterHowTheBytesCome(int atATime) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        List<Frame> frames = List.of(frame(10, 1), frame(0, 3), frame(9000, 5), frame(1, 7));
        for (Frame frame : frames) {
            bytes.put(FrameWriter.bytesOf(frame));
        }

        assertThat(read(bytes.flip(), atATime)).usingRecursiveComparison().isEqualTo(frames);
    }

    /** The first piece of a message can be of another connection than the next piece that comes. */
    @Test
    void connectionsMixAndUnknownOnesAreDropped() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(200);
        bytes.putInt(1).putInt(4).putInt(2); // the length of a message, and no more
        bytes.putInt(2)
                .putInt(11)
                .putInt(1)
                .putInt(1)
                .put((byte) 2)
                .put((byte) 0)
                .put((byte) 'b');
        bytes.putInt(99).putInt(3).put(new byte[3]);
        bytes.putInt(1).putInt(0);
        bytes.putInt(1)
                .putInt(8)
                .putInt(5)
                .put((byte) 1)
                .put((byte) 0)
                .put((byte) 'a')
                .put((byte) 'a');

        List<Frame> read = read(bytes.flip(), 1);

        assertThat(read).extracting(Frame::connection).containsExactly(2, 1);
        assertThat(read.get(1).payload()).isEqualTo(new byte[] {'a', 'a'});
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Frame.LONGEST + Frame.HEADER + 1})
    void aPieceThatIsTooLongIsRefused(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(8).putInt(1).putInt(length).flip();

        assertThatThrownBy(() -> new FrameReader().next(bytes)).isInstanceOf(BrokenProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Frame.LONGEST + 1})
    void aMessageThatIsTooLongIsRefused(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(18).putInt(1).putInt(10).putInt(length);
        bytes.putInt(1).put((byte) 1).put((byte) 0).flip();

        assertThatThrownBy(() -> new FrameReader().next(bytes)).isInstanceOf(BrokenProtocolException.class);
    }

    private static Frame frame(int length, int stream) {
        byte[] payload = new byte[length];
        RANDOM.nextBytes(payload);
        return new Frame(Frame.PLUGIN, stream, Frame.RESPONSE, payload);
    }

    private static List<Frame> read(ByteBuffer bytes, int atATime) throws Exception {
        FrameReader reader = new FrameReader();
        List<Frame> frames = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] some = new byte[Math.min(atATime, bytes.remaining())];
            bytes.get(some);
            ByteBuffer piece = ByteBuffer.wrap(some);
            while (piece.hasRemaining()) {
                Optional<Frame> frame = reader.next(piece);
                frame.ifPresent(frames::add);
            }
        }
        return frames;
    }
}
