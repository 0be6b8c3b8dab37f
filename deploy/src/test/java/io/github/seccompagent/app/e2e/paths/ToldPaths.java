package io.github.seccompagent.app.e2e.paths;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.PathCheck;
import io.github.seccompagent.api.ResolvedPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A check that refuses what leads to one folder or cannot be told, with EBADMSG, and notes what it was told. runc opens
 * files when its filter is there already: some of procfs, which the check allows without a word, and at the start of a
 * container one of its own, so the check refuses nothing before the first test begins.
 */
final class ToldPaths implements PathCheck {
    static final String FORBIDDEN = "/w/forbidden";

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private volatile Runnable meanwhile = () -> {};
    private volatile boolean begun;

    /** Forgets what was told. From now on, something happens while a caller waits. */
    void begin(Runnable action) {
        told.clear();
        meanwhile = action;
        begun = true;
    }

    /** What was told since then: for each question all paths, with a space between them. */
    List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public Optional<Errno> check(List<ResolvedPath> paths) {
        if (paths.stream().allMatch(path -> path.path().toString().startsWith("/proc/"))) {
            return Optional.empty();
        }
        told.add(String.join(" ", paths.stream().map(ToldPaths::describe).toList()));
        meanwhile.run();
        return !begun || paths.stream().allMatch(ToldPaths::isAllowed) ? Optional.empty() : Optional.of(Errno.EBADMSG);
    }

    private static String describe(ResolvedPath path) {
        return path.isKnown() ? path.path().toString() : "?";
    }

    private static boolean isAllowed(ResolvedPath path) {
        String text = path.path().toString();
        return path.isKnown() && !text.equals(FORBIDDEN) && !text.startsWith(FORBIDDEN + "/");
    }
}
