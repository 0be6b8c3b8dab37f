package io.github.seccompagent.app.profile;

import io.github.seccompagent.app.document.Findings;
import io.github.seccompagent.app.document.Node;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Says what is wrong with profiles. */
public final class ProfileCheck {
    /** Where kubelets look for the profiles that pods name. */
    public static final Path KUBELET = Path.of("/var/lib/kubelet/seccomp");

    private static final int MOST_OF_PODS = 100;

    private final Path root;
    private final boolean offline;
    private final Set<Path> checked = new HashSet<>();

    private ProfileCheck(Path root, boolean offline) {
        this.root = root;
        this.offline = offline;
    }

    /**
     * Checks files: profiles, config.json, resources of the Security Profiles Operator, manifests of pods.
     *
     * @param root where the profiles are that pods name
     * @param offline whether to leave out what depends on this machine, such as who listens at a socket
     * @throws UsageException if there is only one file, and it cannot be read
     */
    public static Report of(List<Path> files, Path root, boolean offline) {
        Report report = new Report();
        ProfileCheck check = new ProfileCheck(root, offline);
        for (Path file : files) {
            try {
                check.checkFile(file, report);
            } catch (UsageException e) {
                if (files.size() == 1) {
                    throw e;
                }
                report.add(new Finding("unreadable", Severity.UNKNOWN, String.valueOf(e.getMessage()), "", ""));
            }
        }
        return report;
    }

    private void checkFile(Path file, Report report) {
        Findings findings = new Findings(ProfileFile.KIND);
        ProfileFile read = ProfileFile.read(file, findings);
        read.profiles().forEach(profile -> check(profile, findings));
        for (Node.Fields bare : findings.hasErrors() ? List.<Node.Fields>of() : read.bare()) {
            findings.note("no-profile", bare.place(), "it names no profile", "There is nothing to check.", "");
        }
        Set<String> written = read.writtenByOperator();
        Set<String> named = new TreeSet<>();
        for (PodProfiles.Named pod : read.pods()) {
            if (isByOperator(pod.path(), written)) {
                findings.note(
                        "profile-of-operator",
                        pod.place(),
                        pod.path() + " is made of the SeccompProfile in this file",
                        "",
                        "");
            } else if (named.add(pod.path()) && named.size() <= MOST_OF_PODS) {
                checkNamed(pod, findings, report);
            }
        }
        findings.sorted().forEach(report::add);
    }

    /** Before version 0.9 of the operator, the namespace was between. */
    private static boolean isByOperator(String path, Set<String> written) {
        return path.startsWith("operator/") && written.contains(path.substring(path.lastIndexOf('/') + 1));
    }

    private void checkNamed(PodProfiles.Named pod, Findings findings, Report report) {
        Path file = root.resolve(pod.path());
        if (!Files.exists(file)) {
            if (!offline) {
                findings.error(
                        "profile-missing",
                        pod.place(),
                        "there is no profile " + file,
                        "The pod's containers fail to start: CreateContainerError.",
                        "copy the profile there on each node, or name another folder with --root");
            }
            return;
        }
        if (!checked.add(file)) {
            return;
        }
        try {
            Findings its = new Findings(ProfileFile.KIND);
            List<Profile> profiles = ProfileFile.read(file, its).profiles();
            profiles.forEach(profile -> check(profile, its));
            if (profiles.stream().anyMatch(profile -> profile.form() == Profile.Form.DOCKER)) {
                findings.warning(
                        "dockers-form",
                        pod.place(),
                        pod.path() + " is in Docker's form",
                        "containerd ignores archMap, includes and excludes: all of its rules count for all containers.",
                        "write architectures, and only the rules that this pod should have");
            }
            its.sorted().forEach(report::add);
        } catch (UsageException e) {
            findings.error(
                    "profile-unreadable",
                    pod.place(),
                    String.valueOf(e.getMessage()),
                    "The pod's containers fail to start: CreateContainerError.",
                    "mend the profile");
        }
    }

    private void check(Profile profile, Findings findings) {
        Subject subject = Subject.of(profile, !offline);
        List<Check> checks = List.of(
                new ActionsCheck(),
                new ArchitecturesCheck(),
                new FlagsCheck(),
                new ListenerCheck(),
                new RuntimeCallsCheck(),
                new NamesCheck(),
                new ShadowCheck(),
                new TrialCheck(),
                new SiblingsCheck(),
                new IoUringCheck(),
                new MetadataFindings());
        checks.forEach(check -> check.check(subject, findings));
        findings.add(summary(profile));
    }

    private static Finding summary(Profile profile) {
        long names =
                profile.rules().stream().mapToLong(rule -> rule.names().size()).sum();
        long notified =
                profile.notifying().mapToLong(rule -> rule.names().size()).sum();
        Place place = profile.place();
        return new Finding(
                "checked",
                Severity.OK,
                "checked: " + profile.form() + ", rules: " + profile.rules().size() + ", calls named: " + names
                        + ", notified: " + notified,
                profile.form() == Profile.Form.DOCKER
                        ? "Docker and podman choose its rules by capabilities, machine and kernel; containerd does not."
                                + " It was checked for the usual capabilities of a container on this machine."
                        : "",
                "",
                place);
    }
}
