package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A container that has the programs of this machine, and its own folder /scratch in memory. */
final class WorkContainer implements AutoCloseable {
    private static final int MAX_SECONDS = 600;
    private static final String PATH = "PATH=/usr/sbin:/usr/bin:/usr/local/go/bin";
    private static final List<String> OPENS = List.of("open", "openat", "openat2", "creat");

    /** All calls that can be made on behalf, except for those that open. */
    private static final List<String> ALL_BUT_OPENS = List.of(
            "mkdir",
            "mkdirat",
            "rmdir",
            "unlink",
            "unlinkat",
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "symlink",
            "symlinkat",
            "chmod",
            "fchmod",
            "fchmodat",
            "fchmodat2",
            "chown",
            "lchown",
            "fchown",
            "fchownat",
            "mknod",
            "mknodat",
            "setxattr",
            "lsetxattr",
            "fsetxattr",
            "removexattr",
            "lremovexattr",
            "fremovexattr",
            "mount",
            "umount2");

    /** What of a container's calls the agent sees. */
    enum Notified {
        NOTHING("without"),
        ALL_BUT_OPEN("all but open"),
        ALL("open too");

        final String column;

        Notified(String column) {
            this.column = column;
        }

        private OciBundle bundle(Path socket) {
            OciBundle bundle = OciBundle.notifying(socket);
            return switch (this) {
                case NOTHING -> bundle.profile("{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
                case ALL_BUT_OPEN -> bundle.notified(ALL_BUT_OPENS.toArray(String[]::new));
                case ALL ->
                    bundle.metadata("PASS_OPEN=true")
                            .notified(Stream.concat(ALL_BUT_OPENS.stream(), OPENS.stream())
                                    .toArray(String[]::new));
            };
        }
    }

    private final Path inputs;
    private final Scratch scratch = Scratch.mount();
    private final OciContainer container;

    private WorkContainer(OciBundle bundle, Path programs, Path inputs) {
        this.inputs = inputs;
        container = OciContainer.start(
                OciRuntime.RUNC,
                bundle.bindReadOnly(Path.of("/usr"), "/usr")
                        .bindReadOnly(programs, "/programs")
                        .bindReadOnly(inputs, "/inputs")
                        .bind(scratch.path(), "/scratch"));
    }

    static WorkContainer start(Notified notified, BenchedAgent agent, Path programs, Path inputs) {
        return new WorkContainer(notified.bundle(agent.socket()), programs, inputs);
    }

    /** Does one piece of work. Returns seconds. */
    double seconds(Work work) throws IOException {
        Command.run(
                        MAX_SECONDS,
                        List.of(
                                "sh",
                                "-c",
                                "set -e; inputs='" + inputs + "'; cd '" + scratch.path() + "'; " + work.before()))
                .orFail();
        List<String> words = new ArrayList<>(List.of("/programs/elapsed", PATH, "HOME=/scratch"));
        words.addAll(List.of("sh", "-c", "cd /scratch; " + work.line()));
        return Long.parseLong(container
                        .execFor(MAX_SECONDS, words.toArray(String[]::new))
                        .orFail())
                / 1e9;
    }

    @Override
    public void close() {
        container.close();
        scratch.close();
    }
}
