package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.FileKind;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.resolver.policy.Access;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.GrantNames;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a policy. Whether the engine can run it is not looked at. */
final class PolicyParser {
    static final FileKind KIND =
            new FileKind("policy", true, "A policy with a misspelt condition would grant more than it says.", "");

    private static final Set<String> FIELDS = Set.of("version", "metadata", "grants", "access");
    private static final List<String> METADATA = List.of("grants", "nothing");
    private static final long VERSION = 1;

    private final FieldReader fields;
    private final Findings findings;
    private final PolicyPlaces places;

    PolicyParser(FieldReader fields, Findings findings) {
        this.fields = fields;
        this.findings = findings;
        this.places = new PolicyPlaces(fields.place());
    }

    /** Where the parts are that {@link #policy} has read. */
    PolicyPlaces places() {
        return places;
    }

    /** What could be read. If a finding is an error, it is not the whole policy. */
    Policy policy() {
        fields.knowOnly(FIELDS);
        checkVersion();
        return new Policy(metadataGrants(), grants(), access());
    }

    private void checkVersion() {
        Long version = fields.number("version");
        if (version == null ? !fields.has("version") : version != VERSION) {
            findings.error(
                    "version",
                    fields.placeOf("version"),
                    version == null ? "the policy has no version" : "version " + version + " is not known",
                    "The version says how the rest is meant.",
                    "write version: " + VERSION);
        }
    }

    private boolean metadataGrants() {
        Part whole = new Part(fields, new Problem.Place(Problem.Part.POLICY, "", -1, "", ""), findings, places);
        Located text = whole.text("metadata");
        return text == null || !"nothing".equals(whole.choice("metadata", text, METADATA));
    }

    private Map<String, Grant> grants() {
        Map<String, Grant> grants = new LinkedHashMap<>();
        fields.objectsByName("grants").forEach((name, grant) -> {
            if (GrantNames.isName(name)) {
                grants.put(name, new GrantParser(name, grant, findings, places).grant());
            } else {
                findings.error(
                        "grant-name",
                        fields.placeOf("grants"),
                        Findings.quote(name) + " cannot be the name of a grant",
                        "Pods list these names in an annotation.",
                        "use up to 63 letters, digits, dots and dashes, with a letter or digit first and last");
            }
        });
        return grants;
    }

    private List<Access> access() {
        List<Access> access = new ArrayList<>();
        for (FieldReader entry : fields.objects("access")) {
            access.add(new AccessParser(access.size(), entry, findings, places).access());
        }
        return access;
    }
}
