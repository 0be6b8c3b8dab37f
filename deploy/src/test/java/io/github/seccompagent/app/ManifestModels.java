package io.github.seccompagent.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.openshift.api.model.SecurityContextConstraints;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.util.List;
import java.util.Map;

/** The types that the manifests are read into: the models of Kubernetes, and our own where those are missing. */
final class ManifestModels {
    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1 Namespace", Namespace.class),
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 ServiceAccount", ServiceAccount.class),
            Map.entry("v1 Pod", Pod.class),
            Map.entry("apps/v1 DaemonSet", DaemonSet.class),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class),
            Map.entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy", ValidatingAdmissionPolicy.class),
            Map.entry(
                    "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding",
                    ValidatingAdmissionPolicyBinding.class),
            Map.entry("security.openshift.io/v1 SecurityContextConstraints", SecurityContextConstraints.class),
            Map.entry("monitoring.coreos.com/v1 PodMonitor", PodMonitor.class),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
            Map.entry("security-profiles-operator.x-k8s.io/v1beta1 SeccompProfile", SeccompProfile.class),
            Map.entry("kustomize.config.k8s.io/v1beta1 Kustomization", Kustomization.class),
            Map.entry("kustomize.config.k8s.io/v1alpha1 Component", Kustomization.class));

    private ManifestModels() {}

    /** The fields of a kustomization that are used. */
    record Kustomization(
            String apiVersion,
            String kind,
            List<String> resources,
            List<Patch> patches,
            List<Map<String, Object>> configMapGenerator) {}

    /** A patch of RFC 6902, as text. */
    record Patch(Target target, String patch) {
        record Target(String kind, String name) {}
    }

    /** The resource of the Security Profiles Operator, without its status. */
    record SeccompProfile(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
        record Spec(
                String baseProfileName,
                boolean disabled,
                Action defaultAction,
                List<Architecture> architectures,
                List<String> flags,
                String listenerPath,
                String listenerMetadata,
                List<Rule> syscalls) {}
    }

    /** The seccomp object of the OCI runtime specification. A profile's file holds one. */
    record OciProfile(
            Action defaultAction,
            Integer defaultErrnoRet,
            List<Architecture> architectures,
            List<String> flags,
            String listenerPath,
            String listenerMetadata,
            List<Rule> syscalls) {}

    record Rule(List<String> names, Action action, Integer errnoRet, List<Argument> args) {}

    record Argument(int index, long value, long valueTwo, String op) {}

    enum Action {
        SCMP_ACT_ALLOW,
        SCMP_ACT_ERRNO,
        SCMP_ACT_NOTIFY
    }

    enum Architecture {
        SCMP_ARCH_X86_64,
        SCMP_ARCH_X86,
        SCMP_ARCH_X32,
        SCMP_ARCH_AARCH64,
        SCMP_ARCH_ARM
    }

    /** The model for a document, by its kind and version. A document without them is a profile. */
    static Class<?> of(JsonNode document) {
        if (!document.has("kind") && !document.has("apiVersion")) {
            return OciProfile.class;
        }
        String kind = document.path("apiVersion").asText() + " "
                + document.path("kind").asText();
        Class<?> model = KINDS.get(kind);
        if (model == null) {
            throw new IllegalArgumentException("no model for " + kind);
        }
        return model;
    }
}
