package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Located;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.linux.filter.SeccompAction;
import io.github.seccompagent.linux.peer.ListeningSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whether the profile names a listener, needs one, and somebody listens there. */
final class ListenerCheck implements Check {
    @Override
    public void check(Subject subject, Findings findings) {
        Profile profile = subject.profile();
        Located path = profile.listenerPath();
        Optional<Place> notifies = notifies(profile);
        if (path == null || path.text().isEmpty()) {
            notifies.ifPresent(place -> findings.error(
                    "no-listener",
                    path == null ? place : path.place(),
                    "calls are notified, and there is no listenerPath",
                    "Runtimes refuse to start the container.",
                    "add \"listenerPath\": \"/run/seccomp-agent.socket\""));
        } else if (notifies.isEmpty()) {
            findings.warning(
                    "unused-listener",
                    path.place(),
                    "there is a listenerPath, and no call is notified",
                    "No runtime hands the container over.",
                    "give the calls that the agent should see the action SCMP_ACT_NOTIFY, or remove listenerPath");
        } else if (isUsable(path, findings) && subject.looksAround()) {
            look(path, findings);
        }
    }

    private static Optional<Place> notifies(Profile profile) {
        Located otherwise = profile.defaultAction();
        if (otherwise != null && profile.knownDefault().equals(Optional.of(SeccompAction.NOTIFY))) {
            return Optional.of(otherwise.place());
        }
        return profile.notifying()
                .findFirst()
                .map(rule ->
                        rule.action() == null ? rule.place() : rule.action().place());
    }

    private static boolean isUsable(Located path, Findings findings) {
        int length = path.text().getBytes(StandardCharsets.UTF_8).length;
        if (path.text().startsWith("/")
                && length <= ListeningSocket.SUN_PATH_MAX
                && path.text().indexOf('\0') < 0) {
            return true;
        }
        findings.error(
                "listener-path",
                path.place(),
                Findings.quote(path.text()) + " cannot be the path of a socket",
                "A path of a socket begins with / and has " + ListeningSocket.SUN_PATH_MAX + " bytes at most.",
                "name the agent's --socketfile");
        return false;
    }

    private static void look(Located path, Findings findings) {
        switch (SocketState.of(path.text())) {
            case LISTENS -> {}
            case MISSING ->
                findings.error(
                        "nobody-listens",
                        path.place(),
                        "there is no socket at " + path.text() + " on this machine",
                        "Containers with this profile cannot start here.",
                        "start the agent with --socketfile " + path.text() + ", or check with --offline elsewhere");
            case NOBODY ->
                findings.error(
                        "nobody-listens",
                        path.place(),
                        "nobody listens at " + path.text(),
                        "Containers with this profile cannot start here.",
                        "start the agent with --socketfile " + path.text());
            case UNKNOWN ->
                findings.add(new Finding(
                        "listener-unknown",
                        Severity.UNKNOWN,
                        "it is not known whether somebody listens at " + path.text(),
                        "The socket's folder may not be looked at.",
                        "check as root, or with --offline",
                        path.place()));
        }
    }
}
