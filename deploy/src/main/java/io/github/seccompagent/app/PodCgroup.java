package io.github.seccompagent.app;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the uid of a pod from the names of a kubelet's cgroups. They are ".../podUID/..." if the kubelet makes them
 * itself, and "...-podUID.slice/..." with underscores in the uid if systemd does. The uid of a static pod is a hash
 * with neither dashes nor underscores.
 */
final class PodCgroup {
    private static final Pattern UID =
            Pattern.compile("[/-]pod([0-9a-f]{8}(?:[-_]?[0-9a-f]{4}){3}[-_]?[0-9a-f]{12})(?:\\.slice)?[/:]");

    /** Below this, users make cgroups with any name. */
    private static final String OF_USERS = "/user.slice/";

    private PodCgroup() {}

    /**
     * The uid of the container's pod.
     *
     * <p>The container's first process may have ended, and its pid may now belong to a process of another pod. That
     * process is in another container's cgroup. So the cgroup's name must also contain the container's id, as it does
     * with every runtime that a kubelet uses.
     *
     * @param cgroups the text of /proc/PID/cgroup of the container's first process
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
