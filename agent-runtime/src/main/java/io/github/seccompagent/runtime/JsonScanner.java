package io.github.seccompagent.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object as it comes, in any pieces. It holds no more than one wanted string, so a large object costs
 * the agent no memory. For use by one thread at a time.
 */
final class JsonScanner {
    private static final int MAX_DEPTH = 64;
    private static final int LONGEST_SCALAR = 64;
    private static final Pattern SCALAR =
            Pattern.compile("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final String ESCAPED = "\"\\/bfnrt";
    private static final String UNESCAPED = "\"\\/\b\f\n\r\t";

    private final Fields fields;
    private final boolean[] isObject = new boolean[MAX_DEPTH + 1];
    private final Utf8 utf8 = new Utf8();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(64);
    private int depth;
    private Expected expected = Expected.BEGIN;
    private boolean inString;
    private boolean isName;
    private boolean escaped;
    private int digitsLeft; // how many digits of a \\uXXXX are still to come
    private int unit; // the value of the digits that came
    private int high; // the first half of a surrogate pair, or 0
    private int limit; // how many bytes of the string are kept; 0 if it is not wanted
    private boolean tooLong;

    private enum Expected {
        BEGIN,
        VALUE,
        VALUE_OR_END,
        NAME,
        NAME_OR_END,
        COLON,
        COMMA_OR_END,
        REST_OF_SCALAR,
        NOTHING
    }

    /** Receives the parts of an object. Depths count from 1. */
    interface Fields {
        /** A field of an object at that depth begins. The name is null if it is longer than every wanted name. */
        void name(int depth, @Nullable String name) throws BadStateException;

        /** An object or array begins. */
        void begin(int depth, boolean isObject);

        /** How many bytes of a string are wanted here; 0 if none. {@link #text} gets no longer string. */
        int longestText(int depth);

        int longestName(int depth);

        /** A wanted string; null if it is too long. */
        void text(int depth, @Nullable String text) throws BadStateException;

        /** A number, true, false or null. */
        void scalar(int depth, String text) throws BadStateException;
    }

    JsonScanner(Fields fields) {
        this.fields = fields;
    }

    /** Takes the next piece. Returns whether the object is complete. Bytes after the object are ignored. */
    boolean feed(byte[] piece) throws BadStateException {
        for (int i = 0; i < piece.length && expected != Expected.NOTHING; i++) {
            if (inString) {
                takeOfString(piece[i] & 0xff);
            } else {
                take(piece[i] & 0xff);
            }
        }
        return expected == Expected.NOTHING;
    }

    /** How many bytes it keeps. */
    int held() {
        return text.size();
    }

    private void take(int c) throws BadStateException {
        boolean space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (expected == Expected.REST_OF_SCALAR) {
            if (!space && c != ',' && c != ']' && c != '}') {
                takeOfScalar(c);
                return;
            }
            endScalar();
        }
        if (space) {
            return;
        }
        switch (expected) {
            case BEGIN -> {
                if (c != '{') {
                    throw new BadStateException("it is no JSON object");
                }
                begin(true);
            }
            case VALUE_OR_END -> {
                if (c == ']') {
                    end(false);
                } else {
                    beginValue(c);
                }
            }
            case VALUE -> beginValue(c);
            case NAME_OR_END -> {
                if (c == '}') {
                    end(true);
                } else {
                    beginName(c);
                }
            }
            case NAME -> beginName(c);
            case COLON -> {
                require(c == ':', c);
                expected = Expected.VALUE;
            }
            case COMMA_OR_END -> commaOrEnd(c);
            default -> throw unexpected(c);
        }
    }

    private void commaOrEnd(int c) throws BadStateException {
        if (c == ',') {
            expected = isObject[depth] ? Expected.NAME : Expected.VALUE;
        } else {
            require(c == '}' || c == ']', c);
            end(c == '}');
        }
    }

    private void begin(boolean object) throws BadStateException {
        if (depth == MAX_DEPTH) {
            throw new BadStateException("it is no JSON of a state: deeper than " + MAX_DEPTH + " levels");
        }
        isObject[++depth] = object;
        fields.begin(depth, object);
        expected = object ? Expected.NAME_OR_END : Expected.VALUE_OR_END;
    }

    private void end(boolean object) throws BadStateException {
        require(isObject[depth] == object, object ? '}' : ']');
        depth--;
        expected = depth == 0 ? Expected.NOTHING : Expected.COMMA_OR_END;
    }

    private void beginValue(int c) throws BadStateException {
        switch (c) {
            case '{' -> begin(true);
            case '[' -> begin(false);
            case '"' -> beginString(false, fields.longestText(depth));
            default -> {
                text.reset();
                takeOfScalar(c);
                expected = Expected.REST_OF_SCALAR;
            }
        }
    }

    private void beginName(int c) throws BadStateException {
        require(c == '"', c);
        beginString(true, fields.longestName(depth));
    }

    private void takeOfScalar(int c) throws BadStateException {
        require(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || "+-.E".indexOf(c) >= 0, c);
        if (text.size() == LONGEST_SCALAR) {
            throw new BadStateException(
                    "it is no JSON of a state: a number of more than " + LONGEST_SCALAR + " digits");
        }
        text.write(c);
    }

    private void endScalar() throws BadStateException {
        String scalar = text.toString(StandardCharsets.US_ASCII);
        if (!SCALAR.matcher(scalar).matches()) {
            throw new BadStateException("it is no JSON: " + scalar);
        }
        expected = Expected.COMMA_OR_END;
        fields.scalar(depth, scalar);
    }

    private void beginString(boolean name, int wanted) {
        inString = true;
        isName = name;
        limit = wanted;
        tooLong = false;
        high = 0;
        text.reset();
    }

    private void takeOfString(int c) throws BadStateException {
        if (!utf8.take(c)) {
            throw new BadStateException("it is no JSON: a string is no UTF-8");
        }
        if (digitsLeft > 0) {
            int digit = Character.digit(c, 16);
            require(digit >= 0, c);
            unit = unit << 4 | digit;
            if (--digitsLeft == 0) {
                addUnit();
            }
        } else if (escaped) {
            escaped = false;
            if (c == 'u') {
                digitsLeft = 4;
                unit = 0;
            } else {
                int index = ESCAPED.indexOf(c);
                require(index >= 0, c);
                addHalf();
                add(UNESCAPED.charAt(index));
            }
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '"') {
            endString();
        } else {
            require(c >= ' ', c);
            addHalf();
            add(c);
        }
    }

    private void addUnit() {
        char c = (char) unit;
        if (Character.isLowSurrogate(c) && high != 0) {
            addCodePoint(Character.toCodePoint((char) high, c));
            high = 0;
            return;
        }
        addHalf();
        if (Character.isHighSurrogate(c)) {
            high = c;
        } else {
            addCodePoint(Character.isLowSurrogate(c) ? '?' : c);
        }
    }

    /** Half of a surrogate pair is no character. */
    private void addHalf() {
        if (high != 0) {
            high = 0;
            add('?');
        }
    }

    private void addCodePoint(int codePoint) {
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            add(b & 0xff);
        }
    }

    private void add(int c) {
        if (text.size() < limit) {
            text.write(c);
        } else {
            tooLong = true;
        }
    }

    private void endString() throws BadStateException {
        inString = false;
        addHalf();
        expected = isName ? Expected.COLON : Expected.COMMA_OR_END;
        String whole = tooLong ? null : text.toString(StandardCharsets.UTF_8);
        if (isName) {
            fields.name(depth, whole);
        } else if (limit > 0) {
            fields.text(depth, whole);
        }
    }

    private static void require(boolean right, int c) throws BadStateException {
        if (!right) {
            throw unexpected(c);
        }
    }

    private static BadStateException unexpected(int c) {
        boolean printable = c > ' ' && c < 0x7f;
        return new BadStateException(
                "it is no JSON: unexpected " + (printable ? "'" + (char) c + "'" : "byte 0x" + Integer.toHexString(c)));
    }
}
