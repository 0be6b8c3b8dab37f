package io.github.seccompagent.resolver.policy;

/**
 * Globs of names: {@code *} stands for any characters, or none, and {@code ?} for one. Everything else means
 * itself.
 */
final class NameGlob {
    private NameGlob() {}

    static boolean matches(String glob, String name) {
        int g = 0;
        int n = 0;
        int star = -1; // the last star, and the place in the name that its text ends before
        int mark = 0;
        while (n < name.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                mark = n;
            } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++mark;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
