package io.github.seccompagent.resolver.policy;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of grants, and lists of them as containers ask for them. */
public final class GrantNames {
    /** The most grants that a container can ask for. */
    public static final int MOST = 64;

    private static final int LONGEST_LIST = 8192;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?");

    private GrantNames() {}

    /**
     * Whether a grant can have that name: up to 63 letters, digits, dots and dashes, the first and last no dot or
     * dash.
     */
    public static boolean isName(String text) {
        return text.length() <= 63 && NAME.matcher(text).matches();
    }

    /**
     * Reads a list such as {@code fuse,suffix}. Spaces around names and empty parts do not count.
     *
     * @throws IllegalArgumentException if a part cannot be a name, or there are too many. The message is one printable
     *     line and does not repeat more than the number of the part
     */
    public static Set<String> parse(String list) {
        if (list.length() > LONGEST_LIST) {
            throw new IllegalArgumentException("a list of grants with more than " + LONGEST_LIST + " characters");
        }
        Set<String> names = new LinkedHashSet<>();
        String[] parts = list.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String name = parts[i].strip();
            if (!name.isEmpty() && !isName(name)) {
                throw new IllegalArgumentException("name " + (i + 1) + " in the list of grants is no name of a grant: "
                        + "up to 63 letters, digits, dots and dashes were expected");
            }
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        if (names.size() > MOST) {
            throw new IllegalArgumentException("more than " + MOST + " grants");
        }
        return names;
    }
}
