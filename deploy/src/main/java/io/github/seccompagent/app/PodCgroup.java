package io.github.seccompagent.app;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a kubelet's cgroups tell of a pod: ".../podUID/..." where it makes them itself, and "...-podUID.slice/..." with
 * underscores where systemd does. That of a static pod is a hash without any.
 */
final class PodCgroup {
    private static final Pattern UID =
            Pattern.compile("[/-]pod([0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12})(?:\\.slice)?[/:]");

    /** Below that users make cgroups of any names. */
    private static final String OF_USERS = "/user.slice/";

    private PodCgroup() {}

    /**
     * The uid of the pod that a container belongs to, by the text of the /proc/PID/cgroup of its first process. That process
     * may have ended, and its id be another's by now, of another pod: but then it is not in the container's own cgroup, whose
     * name has the container's id with every runtime that a kubelet uses.
     */
    static Optional<String> uidIn(String cgroups, String containerId) {
        Pattern container = Pattern.compile("[/:-]" + Pattern.quote(containerId) + "(?:[./]|$)");
        for (String line : cgroups.split("\n")) {
            Matcher uid = UID.matcher(line);
            if (!line.contains(OF_USERS)
                    && uid.find()
                    && container.matcher(line).find(uid.end(1))) {
                return Optional.of(uid.group(1).replace('_', '-'));
            }
        }
        return Optional.empty();
    }
}
