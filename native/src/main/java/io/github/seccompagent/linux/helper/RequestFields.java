package io.github.seccompagent.linux.helper;

import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A request as fields of protocol.h: numbers and strings. Their meaning depends on the operation. Only {@link
 * HelperRequest} fills it, and only {@link RequestEncoder} writes it.
 */
public final class RequestFields {
    static final int NUMBERS = 4;
    static final int STRINGS = 8;

    // enum string
    private static final int PATH = 0;
    private static final int PATH_2 = 1;
    private static final int NAME = 2;
    private static final int VALUE = 3;
    private static final int OPTIONS = 4;
    private static final int COVERS = 5;
    private static final int LABEL = 6;
    private static final int CGROUPS = 7;

    private static final byte[] ABSENT = {};

    private final Operation operation;
    private final long[] numbers;
    private final byte[][] strings = new byte[STRINGS][]; // with the final NUL; empty if absent

    private RequestFields(Operation operation, long[] numbers) {
        this.operation = operation;
        this.numbers = numbers;
        Arrays.fill(strings, ABSENT);
    }

    /** @param numbers the first numbers; the others are 0 */
    static RequestFields of(Operation operation, TargetPath path, long... numbers) {
        return new RequestFields(operation, Arrays.copyOf(numbers, NUMBERS)).string(PATH, path.name());
    }

    RequestFields path2(TargetPath path) {
        return string(PATH_2, path.name());
    }

    RequestFields name(@Nullable TargetString name) {
        return string(NAME, name);
    }

    RequestFields name(String name) {
        strings[NAME] = LibC.string(name);
        return this;
    }

    RequestFields value(@Nullable TargetString value) {
        return string(VALUE, value);
    }

    /** Any bytes. */
    RequestFields value(byte[] value) {
        strings[VALUE] = LibC.string(value);
        return this;
    }

    RequestFields options(@Nullable TargetString options) {
        return string(OPTIONS, options);
    }

    /** Any bytes. */
    RequestFields options(byte @Nullable [] options) {
        strings[OPTIONS] = options == null ? ABSENT : LibC.string(options);
        return this;
    }

    /** The covers of a mount. They already end with a NUL. */
    RequestFields covers(byte[] covers) {
        strings[COVERS] = covers;
        return this;
    }

    /** The caller's LSM label. */
    void label(String label) {
        strings[LABEL] = LibC.string(label);
    }

    /** The caller's cgroups. */
    void cgroups(byte[] cgroups) {
        strings[CGROUPS] = LibC.string(cgroups);
    }

    private RequestFields string(int index, @Nullable TargetString string) {
        strings[index] = string == null ? ABSENT : LibC.string(string.bytes());
        return this;
    }

    Operation operation() {
        return operation;
    }

    long number(int index) {
        return numbers[index];
    }

    RequestFields number(int index, long value) {
        numbers[index] = value;
        return this;
    }

    /** A string by its place in enum string, with its final NUL; empty if it is absent. */
    byte[] string(int index) {
        return strings[index];
    }

    /** How many bytes all strings have. */
    int length() {
        int length = 0;
        for (byte[] string : strings) {
            length += string.length;
        }
        return length;
    }

    /**
     * A fingerprint of the whole request in 64 bits. The request itself can have 64 KiB.
     *
     * @param paths the paths, whose directories count too
     */
    long fingerprint(List<TargetPath> paths) {
        int size = Long.BYTES * (1 + NUMBERS + paths.size()) + length() + STRINGS;
        ByteBuffer asked = ByteBuffer.allocate(size).putLong(operation.ordinal());
        for (long number : numbers) {
            asked.putLong(number);
        }
        for (TargetPath path : paths) {
            asked.putLong(path.directoryFd());
        }
        for (int i = 0; i < STRINGS; i++) {
            asked.put(strings[i]).put((byte) i); // marks where one string ends and the next begins
        }
        CRC32 crc = new CRC32();
        CRC32C other = new CRC32C();
        crc.update(asked.array());
        other.update(asked.array());
        return crc.getValue() << 32 | other.getValue();
    }
}
