package io.github.seccompagent.resolver.policy;

import io.github.seccompagent.resolver.PodIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known about a container: whose it is. {@link Who} has conditions on it.
 *
 * @param namespace of the pod; empty if unknown, as the next two
 * @param pod its name
 * @param container its name in the pod
 * @param serviceAccount of the pod; empty if unknown
 * @param labels of the pod, all of them; empty if unknown
 * @param annotations of the container
 * @param knownAnnotations whether a container has these annotations is known, and whether it has others is not;
 *     empty if
 *     {@code annotations} has all of them
 * @param uid of the user who handed over the container; 0 for an administrator
 */
public record Identity(
        String namespace,
        String pod,
        String container,
        Optional<String> serviceAccount,
        Optional<Map<String, String>> labels,
        Map<String, String> annotations,
        Optional<Set<String>> knownAnnotations,
        long uid) {
    public Identity {
        labels = labels.map(Map::copyOf);
        annotations = Map.copyOf(annotations);
        knownAnnotations = knownAnnotations.map(Set::copyOf);
    }

    /** An administrator's container, of which no more is known than these names, and that it has no annotation. */
    public static Identity of(PodIdentity names) {
        return new Identity(
                names.namespace(),
                names.pod(),
                names.container(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                0);
    }

    /** The same, with these labels of the pod. */
    public Identity withLabels(Map<String, String> all) {
        return new Identity(
                namespace, pod, container, serviceAccount, Optional.of(all), annotations, knownAnnotations, uid);
    }

    /** The same, with these annotations. */
    public Identity withAnnotations(Map<String, String> all) {
        return new Identity(namespace, pod, container, serviceAccount, labels, all, Optional.empty(), uid);
    }

    /** The same, with this service account of the pod. */
    public Identity withServiceAccount(String name) {
        return new Identity(namespace, pod, container, Optional.of(name), labels, annotations, knownAnnotations, uid);
    }

    /** The same, of that user. */
    public Identity withUid(long user) {
        return new Identity(namespace, pod, container, serviceAccount, labels, annotations, knownAnnotations, user);
    }

    /** The same, where only of {@code names} it is known whether the container has such annotations. */
    Identity knowingOnly(Set<String> names) {
        return new Identity(namespace, pod, container, serviceAccount, labels, annotations, Optional.of(names), uid);
    }

    /** The same, where of the annotations only those with one of {@code names} are known. */
    public Identity withOnlyAnnotations(Set<String> names) {
        Map<String, String> kept = new HashMap<>(annotations);
        kept.keySet().retainAll(names);
        return withAnnotations(kept).knowingOnly(names);
    }

    boolean knowsAnnotation(String name) {
        return annotations.containsKey(name)
                || knownAnnotations.map(names -> names.contains(name)).orElse(true);
    }
}
