package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How two profiles differ: in what they do, and not in how they are written.
 *
 * @param a the file of the one
 * @param b the file of the other
 */
public record ProfileDiff(String a, String b, List<Difference> differences) {

    /**
     * One difference.
     *
     * @param field {@code call}, or the field of the profile
     * @param name the call; empty for a field
     * @param a what the one has; - if nothing
     */
    public record Difference(String field, String name, String a, String b) {
        /** For a person. */
        @Override
        public String toString() {
            return (name.isEmpty() ? field : name) + ": " + a + " -> " + b;
        }
    }

    /** @throws UsageException if a file cannot be read, or does not hold exactly one profile */
    public static ProfileDiff of(Path a, Path b) {
        Profile one = ProfileFile.readOne(a, new Findings(ProfileFile.KIND));
        Profile other = ProfileFile.readOne(b, new Findings(ProfileFile.KIND));
        List<Difference> differences = new ArrayList<>();
        Machine machine = Machine.here();
        Behaviour ofOne = new Behaviour(one, machine);
        Behaviour ofOther = new Behaviour(other, machine);
        add(differences, "defaultAction", "", ofOne.otherwise(), ofOther.otherwise());
        add(differences, "architectures", "", listed(one.architectures()), listed(other.architectures()));
        add(differences, "flags", "", listed(one.flags()), listed(other.flags()));
        add(differences, "listenerPath", "", text(one.listenerPath()), text(other.listenerPath()));
        add(differences, "listenerMetadata", "", text(one.listenerMetadata()), text(other.listenerMetadata()));
        Set<String> names = new TreeSet<>(ofOne.names());
        names.addAll(ofOther.names());
        names.forEach(name -> add(differences, "call", name, ofOne.of(name), ofOther.of(name)));
        return new ProfileDiff(a.toString(), b.toString(), differences);
    }

    private static void add(List<Difference> differences, String field, String name, String a, String b) {
        if (!a.equals(b)) {
            differences.add(new Difference(field, name, a, b));
        }
    }

    private static String listed(@Nullable List<Located> texts) {
        String joined = Stream.ofNullable(texts)
                .flatMap(List::stream)
                .map(Located::text)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return joined.isEmpty() ? "-" : joined;
    }

    private static String text(@Nullable Located text) {
        return Objects.requireNonNullElse(text == null ? null : text.text(), "-");
    }
}
