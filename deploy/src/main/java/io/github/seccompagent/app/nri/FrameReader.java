package io.github.seccompagent.app.nri;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the bytes of a socket apart. Pieces with a connection and a length follow each other; the pieces of one
 * connection, put together, are messages of ttrpc. A message can begin and end within any piece.
 */
final class FrameReader {
    private static final int HEADER_OF_PIECE = 8;
    private static final int LONGEST_PIECE = Frame.LONGEST + Frame.HEADER;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER_OF_PIECE);
    private final Map<Integer, Assembly> connections =
            Map.of(Frame.PLUGIN, new Assembly(Frame.PLUGIN), Frame.RUNTIME, new Assembly(Frame.RUNTIME));
    private int connection;
    private int left; // of the present piece

    /**
     * The next message in {@code bytes}; empty if all of them are used up before it ends.
     *
     * @throws BrokenProtocolException if they cannot be NRI's; the reader is of no more use then
     */
    Optional<Frame> next(ByteBuffer bytes) throws BrokenProtocolException {
        while (bytes.hasRemaining()) {
            if (left == 0) {
                readHeader(bytes);
            } else {
                Optional<Frame> frame = readPiece(bytes);
                if (frame.isPresent()) {
                    return frame;
                }
            }
        }
        return Optional.empty();
    }

    private void readHeader(ByteBuffer bytes) throws BrokenProtocolException {
        move(bytes, header, header.remaining());
        if (header.hasRemaining()) {
            return;
        }
        header.flip();
        connection = header.getInt();
        left = header.getInt();
        header.clear();
        if (left < 0 || left > LONGEST_PIECE) {
            throw new BrokenProtocolException("it sends a piece of " + Integer.toUnsignedString(left) + " bytes");
        }
    }

    /** Pieces of connections that nobody has opened are dropped. */
    private Optional<Frame> readPiece(ByteBuffer bytes) throws BrokenProtocolException {
        int before = bytes.position();
        int end = bytes.limit();
        bytes.limit(before + Math.min(left, bytes.remaining()));
        try {
            Assembly assembly = connections.get(connection);
            if (assembly == null) {
                bytes.position(bytes.limit());
                return Optional.empty();
            }
            return assembly.next(bytes);
        } finally {
            left -= bytes.position() - before;
            bytes.limit(end);
        }
    }

    private static void move(ByteBuffer from, ByteBuffer to, int most) {
        for (int i = Math.min(most, from.remaining()); i > 0; i--) {
            to.put(from.get());
        }
    }

    /** Puts the messages of one connection together. */
    private static final class Assembly {
        private final int connection;
        private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER);
        private ByteArrayOutputStream payload = new ByteArrayOutputStream(); // grows with what really comes
        private int length;
        private int stream;
        private int type;

        Assembly(int connection) {
            this.connection = connection;
        }

        Optional<Frame> next(ByteBuffer bytes) throws BrokenProtocolException {
            if (header.hasRemaining()) {
                move(bytes, header, header.remaining());
                if (header.hasRemaining()) {
                    return Optional.empty();
                }
                readHeader();
            }
            int count = Math.min(length - payload.size(), bytes.remaining());
            payload.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
            bytes.position(bytes.position() + count);
            if (payload.size() < length) {
                return Optional.empty();
            }
            Frame frame = new Frame(connection, stream, type, payload.toByteArray());
            payload = new ByteArrayOutputStream();
            header.clear();
            return Optional.of(frame);
        }

        private void readHeader() throws BrokenProtocolException {
            length = header.getInt(0);
            stream = header.getInt(4);
            type = header.get(8);
            if (length < 0 || length > Frame.LONGEST) {
                throw new BrokenProtocolException(
                        "it sends a message of " + Integer.toUnsignedString(length) + " bytes");
            }
        }
    }
}
