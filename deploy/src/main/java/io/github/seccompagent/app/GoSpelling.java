package io.github.seccompagent.app;

import java.util.regex.Pattern;

/** The spelling that Go programs have for options: -resolver=none, where ours is --resolver=none. */
final class GoSpelling {
    private static final Pattern SINGLE_DASH = Pattern.compile("-[a-z][a-z-]+(=.*)?", Pattern.DOTALL);

    private GoSpelling() {}

    /** The arguments in our spelling. Those of "run" stay as they are, for they hold those of another program. */
    static String[] normalized(String[] args) {
        String[] ours = args.clone();
        if (ours.length > 0 && ours[0].equals("run")) {
            return ours;
        }
        for (int i = 0; i < ours.length; i++) {
            if (SINGLE_DASH.matcher(ours[i]).matches()) {
                ours[i] = "-" + ours[i];
            }
        }
        return ours;
    }
}
