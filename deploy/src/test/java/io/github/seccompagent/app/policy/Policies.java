package io.github.seccompagent.app.policy;

import io.github.seccompagent.app.report.Severity;
import java.util.List;

/** Texts of policies, and what is found in them. */
final class Policies {
    static final String WHOLE = """
            version: 1
            metadata: nothing
            grants:
              fuse:
                mounts: [fuse, proc, sysfs, tmpfs]
                mountsNeedSysAdmin: true
                devices: [/dev/fuse]
                ioUring: true
              suffix:
                mkdirSuffix: "-{{.Pod}}"
                mknod: ["null", zero]
                exec: {file: /bin/true, delay: 2s}
                sidecars: {names: [proxy, log], delay: 1m5s}
                defaultAction: errno:EACCES
                middleware: [prometheus]
                rules:
                  - name: no-etc
                    calls: [mkdir, rename]
                    paths: [/etc/**]
                    uid: 4294967294
                    capabilities: {has: [CAP_CHOWN], lacks: [CAP_SYS_ADMIN]}
                    action: deny
                    errno: EROFS
                  - {calls: [open], flags: {all: [O_CREAT, O_EXCL], none: [O_WRONLY]}, action: deny}
                  - {calls: [mknod], devices: [1:3, "8:256"], action: delay, time: 1500ms}
                  - {calls: [mount], types: [proc], action: allow}
            access:
              - allow: [fuse, "suf*"]
                namespaces: [team-*]
                pods: ["*"]
                containers: [app]
                serviceAccounts: [builder]
                labels: {tier: build}
                annotations: {example.com/a: "b*"}
                uids: [0, 1000]
              - default: [suffix]
              - deny: ["*"]
                namespaces: [kube-system]
            """;

    private Policies() {}

    /** A policy with one grant that has one rule. */
    static String withRule(String rule) {
        return "version: 1\ngrants:\n  x:\n    rules:\n      - " + rule + "\n";
    }

    static PolicyFile read(String text) {
        return PolicyFile.of("p", text);
    }

    /** The ids of what is an error, with lines and columns. */
    static List<String> errors(String text) {
        return read(text).findings().stream()
                .filter(each -> each.severity() == Severity.ERROR && each.place() != null)
                .map(each -> each.id() + "@" + each.place().line() + ":"
                        + each.place().column())
                .toList();
    }
}
