package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.DocumentParser;
import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.FileKind;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.document.Node;
import io.github.seccompagent.app.document.TextFile;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A file with profiles: a profile itself, a config.json, resources of the Security Profiles Operator, or manifests of
 * pods that name profiles.
 *
 * @param profiles those in it
 * @param pods the profiles that its pods name, in other files
 * @param bare what has no profile and needs none, such as a config.json without one
 */
record ProfileFile(List<Profile> profiles, List<PodProfiles.Named> pods, List<Node.Fields> bare) {
    static final FileKind KIND = new FileKind("profile", false, "Runtimes ignore it.", "Runtimes refuse the profile.");

    private static final String OPERATOR = "security-profiles-operator.x-k8s.io/";
    private static final int MOST_DOCUMENTS = 1000;

    /** @throws UsageException if it cannot be read, or has nothing to do with profiles */
    static ProfileFile read(Path file, Findings findings) {
        return read(file.toString(), TextFile.read(file, KIND), findings);
    }

    /** The same for the text of a file with that name. */
    static ProfileFile read(String name, String text, Findings findings) {
        List<Node> documents = DocumentParser.parse(name, text, findings);
        ProfileFile read = new ProfileFile(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Node document : documents.subList(0, Math.min(documents.size(), MOST_DOCUMENTS))) {
            if (document instanceof Node.Fields fields) {
                read.add(name, fields, findings);
            }
        }
        if (read.profiles.isEmpty() && read.pods.isEmpty() && read.bare.isEmpty()) {
            throw new UsageException(name + ": it holds no profile: name a profile, a config.json, a SeccompProfile or"
                    + " the manifest of a pod");
        }
        return read;
    }

    /** @throws UsageException if it does not hold exactly one profile */
    static Profile readOne(Path file, Findings findings) {
        return onlyOne(file.toString(), read(file, findings));
    }

    /** @throws UsageException if the file with that name does not hold exactly one profile */
    static Profile onlyOne(String name, ProfileFile file) {
        List<Profile> profiles = file.profiles();
        if (profiles.size() != 1) {
            throw new UsageException(
                    name + ": it holds " + profiles.size() + " profiles: name a file that holds one of them");
        }
        return profiles.get(0);
    }

    private void add(String file, Node.Fields document, Findings findings) {
        FieldReader fields = new FieldReader(document, findings);
        String kind = textOf(document, "kind");
        String version = textOf(document, "apiVersion");
        if (kind.equals("List")) {
            fields.objects("items").forEach(item -> add(file, item.fields(), findings));
        } else if (kind.equals("SeccompProfile") && (version.isEmpty() || version.startsWith(OPERATOR))) {
            addResource(file, fields, findings);
        } else if (!kind.isEmpty() && !version.isEmpty()) {
            PodProfiles found = PodProfiles.of(document, findings);
            pods.addAll(found.named());
            if (found.named().isEmpty() && PodProfiles.canHave(kind)) {
                bare.add(document);
            }
        } else if (document.has("ociVersion") || document.has("linux")) {
            addConfiguration(file, document, fields, findings);
        } else if (ProfileParser.looksLikeOne(document)) {
            Profile.Form form = ProfileParser.isDockers(document) ? Profile.Form.DOCKER : Profile.Form.OCI;
            profiles.add(ProfileParser.parse(fields, form, file, findings));
        }
    }

    private void addResource(String file, FieldReader resource, Findings findings) {
        FieldReader metadata = resource.object("metadata");
        Located name = metadata == null ? null : metadata.text("name");
        FieldReader spec = resource.object("spec");
        if (spec == null) {
            findings.error(
                    "no-spec",
                    resource.place(),
                    "the SeccompProfile has no spec",
                    "The operator writes no profile.",
                    "add a spec");
            bare.add(resource.fields());
            return;
        }
        Located base = spec.text("baseProfileName");
        if (base != null) {
            findings.note(
                    "base-profile",
                    base.place(),
                    "the base profile " + Findings.quote(base.text()) + " is not looked at",
                    "The operator adds its calls to these.",
                    "");
        }
        profiles.add(ProfileParser.parse(spec, Profile.Form.OPERATOR, name == null ? file : name.text(), findings));
    }

    private void addConfiguration(String file, Node.Fields document, FieldReader config, Findings findings) {
        FieldReader linux = config.object("linux");
        FieldReader seccomp = linux == null ? null : linux.object("seccomp");
        if (seccomp == null) {
            bare.add(document);
            return;
        }
        profiles.add(ProfileParser.parse(seccomp, Profile.Form.CONFIG, file, findings));
    }

    private static String textOf(Node.Fields fields, String name) {
        Node.Field field = fields.fields().get(name);
        return field != null && field.value() instanceof Node.Text text ? text.text() : "";
    }

    /** The names, below the folder of profiles, of the files that the operator makes of the resources in this file. */
    Set<String> writtenByOperator() {
        Set<String> names = new HashSet<>();
        profiles.stream()
                .filter(profile -> profile.form() == Profile.Form.OPERATOR)
                .forEach(profile -> names.add(profile.name() + ".json"));
        return names;
    }
}
