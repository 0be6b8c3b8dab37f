package io.github.seccompagent.app.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.seccompagent.app.file.JsonFile;
import io.github.seccompagent.app.file.WholeFile;
import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.fd.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes out of a profile what no evidence has seen: names of calls that it allows, and architectures. Conditions and
 * all other rules stay.
 */
public final class Minimiser {
    private static final Set<String> ALLOWING = Set.of("SCMP_ACT_ALLOW", "SCMP_ACT_LOG");

    private final NavigableSet<String> seen = new TreeSet<>();
    private final NavigableSet<String> quiet = new TreeSet<>();
    private final NavigableSet<String> abis = new TreeSet<>();
    private final NavigableSet<String> removed = new TreeSet<>();
    private final NavigableSet<String> allowed = new TreeSet<>();
    private final String text;

    /**
     * Reads a profile and evidence.
     *
     * @throws UsageException if one of them cannot be read
     */
    public Minimiser(Path profile, List<Path> evidence) {
        for (Path file : evidence) {
            Evidence each = EvidenceFile.read(file);
            each.calls().forEach(call -> {
                seen.add(call.name());
                abis.add(call.abi());
            });
            quiet.addAll(each.quiet());
        }
        ObjectNode tree = (ObjectNode) JsonFile.tree(profile);
        if (!tree.path("defaultAction").isTextual() || !tree.path("syscalls").isArray()) {
            throw new UsageException(
                    Printable.of(profile.toString()) + " is no OCI profile: it has no defaultAction or no syscalls");
        }
        if (ALLOWING.contains(tree.path("defaultAction").asText())) {
            throw new UsageException(Printable.of(profile.toString())
                    + " allows all calls that it does not name: nothing can be taken out of it");
        }
        minimise(tree);
        text = Report.json(tree) + "\n";
    }

    private void minimise(ObjectNode profile) {
        Iterator<JsonNode> rules = profile.path("syscalls").iterator();
        while (rules.hasNext()) {
            JsonNode rule = rules.next();
            if (ALLOWING.contains(rule.path("action").asText())
                    && rule.path("names").isArray()) {
                keepSeen((ArrayNode) rule.path("names"));
                if (rule.path("names").isEmpty()) {
                    rules.remove();
                }
            }
        }
        removed.removeAll(allowed); // in one rule only
        Iterator<JsonNode> architectures = profile.path("architectures").iterator();
        while (architectures.hasNext()) {
            String name = architectures.next().asText();
            if (OciNames.architecture(name)
                    .map(Architecture::label)
                    .filter(abis::contains)
                    .isEmpty()) {
                architectures.remove();
            }
        }
    }

    private void keepSeen(ArrayNode names) {
        Iterator<JsonNode> each = names.iterator();
        while (each.hasNext()) {
            String name = each.next().asText();
            if (seen.contains(name) || quiet.contains(name)) {
                allowed.add(name);
            } else {
                removed.add(name);
                each.remove();
            }
        }
    }

    /** The smaller profile. */
    public String profile() {
        return text;
    }

    /** The calls that it does not allow any more. */
    public NavigableSet<String> removed() {
        return new TreeSet<>(removed);
    }

    /** The calls that were seen, and that it has never allowed. */
    public NavigableSet<String> missing() {
        NavigableSet<String> missing = new TreeSet<>(seen);
        missing.removeAll(allowed);
        return missing;
    }

    /**
     * Writes the smaller profile.
     *
     * @throws IOException if that fails; the message is one line
     */
    public void write(Path file) throws IOException {
        WholeFile.write(file, text);
    }
}
