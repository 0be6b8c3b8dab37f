package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.FieldReader;
import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.document.Node;
import io.github.seccompagent.app.report.Finding.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the profiles that a manifest names, wherever its pods are in it: in a Pod, a Deployment, a CronJob. */
final class PodProfiles {
    private static final String FIELD = "seccompProfile";
    private static final Set<String> TYPES = Set.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final Set<String> WITH_PODS = Set.of(
            "Pod",
            "PodTemplate",
            "Deployment",
            "DaemonSet",
            "StatefulSet",
            "ReplicaSet",
            "ReplicationController",
            "Job",
            "CronJob");

    private final Findings findings;
    private final List<Named> named = new ArrayList<>();

    /**
     * The name of a profile, below the kubelet's folder of profiles.
     *
     * @param place where it is named
     */
    record Named(String path, Place place) {}

    private PodProfiles(Findings findings) {
        this.findings = findings;
    }

    static boolean canHave(String kind) {
        return WITH_PODS.contains(kind);
    }

    static PodProfiles of(Node.Fields manifest, Findings findings) {
        PodProfiles profiles = new PodProfiles(findings);
        profiles.search(manifest);
        return profiles;
    }

    List<Named> named() {
        return named;
    }

    private void search(Node node) {
        if (node instanceof Node.Fields object) {
            for (Map.Entry<String, Node.Field> field : object.fields().entrySet()) {
                Node value = field.getValue().value();
                if (field.getKey().equals(FIELD) && value instanceof Node.Fields profile) {
                    add(new FieldReader(profile, findings));
                } else {
                    search(value);
                }
            }
        } else if (node instanceof Node.Items items) {
            items.items().forEach(this::search);
        }
    }

    private void add(FieldReader profile) {
        Located type = profile.text("type");
        Located path = profile.text("localhostProfile");
        if (type == null || !TYPES.contains(type.text())) {
            refused(profile.place(), "its type is none of Localhost, RuntimeDefault and Unconfined");
        } else if (!type.text().equals("Localhost")) {
            if (path != null) {
                refused(path.place(), "localhostProfile needs the type Localhost, and this is " + type.text());
            }
        } else if (path == null) {
            refused(profile.place(), "it is of type Localhost and has no localhostProfile");
        } else if (isOutside(path)) {
            refused(path.place(), "localhostProfile has to be a path below the kubelet's folder of profiles");
        } else {
            named.add(new Named(path.text(), path.place()));
        }
    }

    private static boolean isOutside(Located path) {
        return path.text().isEmpty()
                || path.text().startsWith("/")
                || List.of(path.text().split("/", -1)).contains("..")
                || path.text().indexOf('\0') >= 0;
    }

    private void refused(Place place, String what) {
        findings.error("pod-profile", place, what, "Kubernetes refuses the pod.", "");
    }
}
