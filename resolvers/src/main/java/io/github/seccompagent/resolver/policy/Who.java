package io.github.seccompagent.resolver.policy;

import java.util.Map;
import java.util.Set;

/**
 * Conditions on a container. All that are there must hold; none are there for everybody. Each set holds globs or
 * numbers, and one of them must match. A condition on something that is not known about a container never holds in an
 * entry that allows, and always holds in one that denies.
 *
 * @param namespaces of the pod
 * @param pods its name
 * @param containers the container's name in the pod
 * @param serviceAccounts of the pod, where it is known
 * @param labels of the pod, by name; the values are globs
 * @param annotations of the container, that its runtime gives; the values are globs
 * @param uids of the user who handed over the container; root is 0
 */
public record Who(
        Set<String> namespaces,
        Set<String> pods,
        Set<String> containers,
        Set<String> serviceAccounts,
        Map<String, String> labels,
        Map<String, String> annotations,
        Set<Long> uids) {
    public Who {
        namespaces = Set.copyOf(namespaces);
        pods = Set.copyOf(pods);
        containers = Set.copyOf(containers);
        serviceAccounts = Set.copyOf(serviceAccounts);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        uids = Set.copyOf(uids);
    }
}
