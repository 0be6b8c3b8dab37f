package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.linux.peer.StateConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the container process state of the OCI runtime specification as it comes, piece by piece. It looks at each byte
 * once, and keeps only what is wanted, up to limits. It passes over unknown fields. For use by one thread at a time.
 */
final class StateParser implements JsonScanner.Fields {
    private static final String SECCOMP_FD_NAME = "seccompFd";
    private static final int WANTED_DEPTH = 3;
    private static final int LONGEST_NAME = 512; // a name in Kubernetes has at most 253 + 1 + 63
    private static final int MOST_FDS = StateConnection.MAX_FDS + 1; // one more shows that there are too many
    private static final int MOST_ANNOTATIONS = 4096;
    private static final int LARGEST_ANNOTATIONS = 256 << 10; // as large as Kubernetes allows
    private static final String ANNOTATION = "state/annotations/";

    /**
     * The fields that decide something. Of each, no other one may come: who reads the first would see another state.
     */
    private static final Set<String> ONCE = Set.of(
            "fds",
            "pid",
            "ociVersion",
            "metadata",
            "state",
            "state/ociVersion",
            "state/id",
            "state/status",
            "state/pid",
            "state/bundle",
            "state/annotations");

    /** The wanted strings, and how many bytes each may have. */
    private static final Map<String, Integer> OF_ADMINISTRATORS = Map.of(
            "fds/", 64,
            "ociVersion", 64,
            "metadata", 64 << 10,
            "state/id", 1024,
            "state/status", 64,
            "state/bundle", 4096);

    /** The wanted strings of a user. Nothing else that a user says would be believed. */
    private static final Map<String, Integer> OF_USERS = Map.of("fds/", 64, "state/id", 256, "state/status", 64);

    private final Map<String, Integer> wanted;
    private final Predicate<String> wantsAnnotation;
    private final JsonScanner scanner = new JsonScanner(this);
    // The name of the field at each depth; empty in a list, and null if it is none that is wanted.
    private final @Nullable String[] path = new @Nullable String[WANTED_DEPTH + 1];
    private String field = ""; // the path as a string; empty if nothing there is wanted
    private int kept;
    private int annotationBytes;

    private final Set<String> came = new HashSet<>(); // those of ONCE
    private final List<String> fds = new ArrayList<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, String> annotations = new HashMap<>();

    private StateParser(Map<String, Integer> wanted, Predicate<String> wantsAnnotation) {
        this.wanted = wanted;
        this.wantsAnnotation = wantsAnnotation;
    }

    /** Makes a parser for what an administrator sends. Some annotations are wanted. */
    static StateParser ofAdministrator(Predicate<String> wantsAnnotation) {
        return new StateParser(OF_ADMINISTRATORS, wantsAnnotation);
    }

    /** Makes a parser for what a user sends. */
    static StateParser ofUser() {
        return new StateParser(OF_USERS, name -> false);
    }

    /**
     * Takes the next piece.
     *
     * @return the state once it is complete
     */
    Optional<ContainerProcessState> feed(byte[] piece) throws BadStateException {
        return scanner.feed(piece) ? Optional.of(state()) : Optional.empty();
    }

    /** How many descriptors belong to the complete state. */
    int fds() {
        return fds.size();
    }

    /** The place of the listener among the descriptors. */
    int placeOfListener() {
        return fds.indexOf(SECCOMP_FD_NAME);
    }

    /** How many bytes are kept of what came. */
    int kept() {
        return kept + scanner.held();
    }

    @Override
    public void begin(int depth, boolean isObject) {
        if (depth == WANTED_DEPTH && "fds".equals(path[1]) && "".equals(path[2])) {
            addFd("?"); // it is no name, but takes a place in the list
        }
        at(depth, isObject ? null : "");
    }

    /** Only the items of lists have no name, and only the last name has slashes: no path looks like another one. */
    @Override
    public void name(int depth, @Nullable String name) throws BadStateException {
        boolean wanted = name != null && !name.isEmpty() && (depth == WANTED_DEPTH || !name.contains("/"));
        at(depth, wanted ? name : null);
        requireFirst(depth > WANTED_DEPTH || !ONCE.contains(field) || came.add(field));
    }

    private void requireFirst(boolean first) throws BadStateException {
        if (!first) {
            throw new BadStateException("it has two fields of one name: " + field);
        }
    }

    private void at(int depth, @Nullable String name) {
        if (depth <= WANTED_DEPTH) {
            path[depth] = name;
            List<@Nullable String> names = Arrays.asList(path).subList(1, depth + 1);
            field = names.contains(null) ? "" : String.join("/", names);
        }
    }

    @Override
    public int longestName(int depth) {
        return depth <= WANTED_DEPTH ? LONGEST_NAME : 0;
    }

    @Override
    public int longestText(int depth) {
        if (depth > WANTED_DEPTH) {
            return 0;
        }
        // After an object or array, the path still is that of its inside.
        at(depth, path[depth]);
        return isWantedAnnotation() ? LARGEST_ANNOTATIONS : wanted.getOrDefault(field, 0);
    }

    private boolean isWantedAnnotation() {
        return field.length() > ANNOTATION.length()
                && field.startsWith(ANNOTATION)
                && wantsAnnotation.test(field.substring(ANNOTATION.length()));
    }

    @Override
    public void text(int depth, @Nullable String text) throws BadStateException {
        if (text == null) {
            throw new BadStateException(
                    "it is longer than a state may be: " + field + " has more than " + longestText(depth) + " bytes");
        }
        if (field.startsWith(ANNOTATION)) {
            annotate(field.substring(ANNOTATION.length()), text);
        } else if (field.equals("fds/")) {
            addFd(text);
        } else {
            kept += text.length();
            texts.put(field, text);
        }
    }

    private void addFd(String name) {
        if (fds.size() < MOST_FDS) {
            fds.add(name);
        }
    }

    private void annotate(String name, String text) throws BadStateException {
        annotationBytes += name.length() + text.length();
        kept += name.length() + text.length();
        requireFirst(annotations.put(name, text) == null);
        if (annotations.size() > MOST_ANNOTATIONS || annotationBytes > LARGEST_ANNOTATIONS) {
            throw new BadStateException("it is longer than a state may be: its annotations are more than "
                    + MOST_ANNOTATIONS + ", or than " + LARGEST_ANNOTATIONS + " bytes");
        }
    }

    @Override
    public void scalar(int depth, String text) throws BadStateException {
        if (depth > WANTED_DEPTH) {
            return;
        }
        at(depth, path[depth]);
        if (field.equals("fds/")) {
            addFd(text);
        } else if (text.equals("null")) {
            return;
        } else if (field.equals("pid") || field.equals("state/pid")) {
            try {
                numbers.put(field, Integer.valueOf(text));
            } catch (NumberFormatException e) {
                throw new BadStateException(field + " is no id of a process: " + text);
            }
        } else if (isWantedAnnotation()) {
            annotate(field.substring(ANNOTATION.length()), text);
        }
    }

    private ContainerProcessState state() throws BadStateException {
        if (Collections.frequency(fds, SECCOMP_FD_NAME) != 1) {
            throw new BadStateException("its \"fds\" should be [\"" + SECCOMP_FD_NAME + "\"] and are " + fds);
        }
        String id = text("state/id");
        if (id.isEmpty() || id.chars().anyMatch(Character::isISOControl)) {
            throw new BadStateException("it has no container id in \"state\", or an unusable one");
        }
        if (text("state/status").chars().anyMatch(Character::isISOControl)) {
            throw new BadStateException("it has an unusable \"status\"");
        }
        Container container = new Container(
                id, text("state/status"), numbers.getOrDefault("state/pid", 0), text("state/bundle"), annotations);
        return new ContainerProcessState(
                text("ociVersion"), numbers.getOrDefault("pid", 0), text("metadata"), container);
    }

    private String text(String name) {
        return texts.getOrDefault(name, "");
    }
}
