package io.github.seccompagent.app;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a kubelet's cgroups tell of a pod: ".../podUID/..." where it makes them itself, and "...-podUID.slice/..." with
 * underscores where systemd does. That of a static pod is a hash without any.
 */
final class PodCgroup {
    private static final Pattern UID = Pattern.compile(
            "[/-]pod([0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12})(?:\\.slice)?(?:[/:]|$)", Pattern.MULTILINE);

    private PodCgroup() {}

    /** The uid of the pod that a process belongs to, by the text of its /proc/PID/cgroup. */
    static Optional<String> uidIn(String cgroups) {
        Matcher uid = UID.matcher(cgroups);
        return uid.find() ? Optional.of(uid.group(1).replace('_', '-')) : Optional.empty();
    }
}
