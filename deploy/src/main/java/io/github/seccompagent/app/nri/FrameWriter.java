package io.github.seccompagent.app.nri;

import java.nio.ByteBuffer;

/** Makes the bytes of a message. */
final class FrameWriter {
    private static final int HEADER_OF_PIECE = 8;

    /** The runtime reads a piece into a buffer of this size, except for what follows the first piece of a message. */
    private static final int FIRST_PIECE = 4096;

    private FrameWriter() {}

    /** @throws BrokenProtocolException if the payload is longer than {@link Frame#LONGEST} */
    static ByteBuffer bytesOf(Frame frame) throws BrokenProtocolException {
        byte[] payload = frame.payload();
        if (payload.length > Frame.LONGEST) {
            throw new BrokenProtocolException("an answer of " + payload.length + " bytes is too long for it");
        }
        int whole = Frame.HEADER + payload.length;
        int first = Math.min(whole, FIRST_PIECE);
        ByteBuffer bytes = ByteBuffer.allocate(whole + 2 * HEADER_OF_PIECE);
        bytes.putInt(frame.connection()).putInt(first);
        bytes.putInt(payload.length)
                .putInt(frame.stream())
                .put((byte) frame.type())
                .put((byte) 0);
        bytes.put(payload, 0, first - Frame.HEADER);
        if (whole > first) {
            bytes.putInt(frame.connection()).putInt(whole - first);
            bytes.put(payload, first - Frame.HEADER, whole - first);
        }
        return bytes.flip();
    }
}
