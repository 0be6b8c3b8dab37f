package io.github.seccompagent.resolver.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A glob of paths: {@code *} stands for any characters within a name, {@code ?} for one, and a name that is {@code **}
 * for any number of names, or none. A backslash takes the meaning from the character after it.
 *
 * @param names each as wanted bytes, one in a character, with {@link #STAR} and {@link #ONE} among them
 */
record PathGlob(List<String> names) {
    static final char STAR = '\ufffe';
    static final char ONE = '\uffff';

    /** Two stars within a name are refused, so only the name {@code **} becomes this, and not {@code \*\*}. */
    static final String ANY_DEPTH = "" + STAR + STAR;

    private static final String ANY_DEPTH_WRITTEN = "**";
    private static final int LONGEST = 4096;

    /** @throws IllegalArgumentException if it can never match, or is no glob; the message says why */
    static PathGlob of(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("it does not begin with a slash, and paths are absolute");
        }
        if (text.length() > LONGEST || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no path is longer than 4096 bytes or contains NUL");
        }
        List<String> names = new ArrayList<>();
        if (!text.equals("/")) {
            for (String name : text.substring(1).split("/", -1)) {
                names.add(name(name));
            }
        }
        return new PathGlob(List.copyOf(names));
    }

    private static String name(String glob) {
        if (glob.isEmpty()) {
            throw new IllegalArgumentException("it has two slashes in a row or ends in a slash, and no path does");
        }
        if (glob.equals(".") || glob.equals("..")) {
            throw new IllegalArgumentException("it contains '" + glob + "', and no path does after it was resolved");
        }
        if (glob.equals(ANY_DEPTH_WRITTEN)) {
            return ANY_DEPTH;
        }
        StringBuilder wanted = new StringBuilder();
        for (int i = 0; i < glob.length(); ) {
            int character = glob.codePointAt(i);
            i += Character.charCount(character);
            if (character == '*') {
                if (i < glob.length() && glob.charAt(i) == '*') {
                    throw new IllegalArgumentException("** must stand alone between slashes");
                }
                wanted.append(STAR);
            } else if (character == '?') {
                wanted.append(ONE);
            } else if (character == '\\') {
                if (i == glob.length()) {
                    throw new IllegalArgumentException("nothing follows the last backslash of a name");
                }
                int escaped = glob.codePointAt(i);
                i += Character.charCount(escaped);
                appendBytes(wanted, escaped);
            } else {
                appendBytes(wanted, character);
            }
        }
        return wanted.toString();
    }

    private static void appendBytes(StringBuilder wanted, int character) {
        byte[] bytes = Character.toString(character).getBytes(StandardCharsets.UTF_8);
        wanted.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    static boolean isLiteral(String name) {
        return !name.equals(ANY_DEPTH) && name.indexOf(STAR) < 0 && name.indexOf(ONE) < 0;
    }

    /** Whether a name of a path, with a byte in each character, is what is wanted. */
    static boolean matches(String wanted, String name) {
        int w = 0;
        int n = 0;
        int star = -1; // the last star, and the place in the name that its text ends before
        int mark = 0;
        while (n < name.length()) {
            if (w < wanted.length() && wanted.charAt(w) == STAR) {
                star = w++;
                mark = n;
            } else if (w < wanted.length() && wanted.charAt(w) == ONE) {
                w++;
                n += bytesOfCharacter(name, n);
            } else if (w < wanted.length() && wanted.charAt(w) == name.charAt(n)) {
                w++;
                n++;
            } else if (star >= 0) {
                w = star + 1;
                n = ++mark;
            } else {
                return false;
            }
        }
        while (w < wanted.length() && wanted.charAt(w) == STAR) {
            w++;
        }
        return w == wanted.length();
    }

    /** A byte that is not part of a UTF-8 character counts as one by itself. */
    private static int bytesOfCharacter(String name, int start) {
        char lead = name.charAt(start);
        int expected = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
        int end = start + 1;
        while (end < name.length() && end - start < expected && (name.charAt(end) & 0xc0) == 0x80) {
            end++;
        }
        return end - start;
    }
}
