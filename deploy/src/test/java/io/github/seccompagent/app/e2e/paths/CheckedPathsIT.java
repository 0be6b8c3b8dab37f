package io.github.seccompagent.app.e2e.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.app.e2e.fixture.CheckedHandlers;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A handler decides on the paths that a call acts on, as they are in the container. Nothing happens before that. */
class CheckedPathsIT {
    private static final String[] CALLS = {
        "mkdir",
        "mkdirat",
        "open",
        "openat",
        "openat2",
        "rename",
        "renameat",
        "renameat2",
        "chmod",
        "fchmodat",
        "symlink",
        "symlinkat",
        "link",
        "linkat",
        "unlink",
        "unlinkat",
        "rmdir"
    };

    private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();

    /** Not while the container is started: the runtime opens a FIFO of the host in there. */
    private static final AtomicBoolean REFUSES = new AtomicBoolean();

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> CheckedHandlers.addTo(handlers, CheckedPathsIT::check));

    @AutoClose
    private final OciContainer container = OciContainer.start(
            OciRuntime.RUNC, OciBundle.notifying(AGENT.socket()).notified(CALLS));

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectory(inside("/allowed"));
        Files.createDirectory(inside("/secret"));
        Files.writeString(inside("/secret/key"), "key");
        ASKED.clear();
        REFUSES.set(true);
    }

    @AfterEach
    void end() {
        REFUSES.set(false);
    }

    private Path inside(String path) {
        return container.rootfs().resolve(path.substring(1));
    }

    private static String shown(ResolvedPath path) {
        return path.isKnown() ? path.path().toString() : "?";
    }

    /** Nothing may happen in /secret, and nothing where the path is unknown. */
    private static Optional<Errno> check(List<ResolvedPath> paths) {
        String all = String.join(" ", paths.stream().map(CheckedPathsIT::shown).toList());
        ASKED.add(all);
        if (all.endsWith("/throws")) {
            throw new IllegalStateException("of a test");
        }
        if (all.endsWith("/throws-exdev")) {
            throw new ErrnoException(Errno.EXDEV, "of a test");
        }
        boolean refused = REFUSES.get() && (all.contains("/secret") || all.contains("?"));
        return refused ? Optional.of(Errno.EDQUOT) : Optional.empty();
    }

    private void assertDone(String line) {
        assertThat(container.shell(line).output()).isEmpty();
    }

    private void assertRefused(String line) {
        assertThat(container.shell(line).output()).contains("Disk quota exceeded");
    }

    @Test
    void aFolderIsMadeWhereItWasDecided() {
        assertDone("mkdir /allowed/a; cd /allowed; mkdir b ./../allowed/a/./c/; ln -s /secret /allowed/s");

        assertThat(ASKED)
                .contains("/allowed/a", "/allowed/b", "/allowed/a/c", "/allowed/s")
                .doesNotContain("?");
        assertThat(inside("/allowed/a/c")).isDirectory();

        ASKED.clear();
        assertRefused("cd /allowed; mkdir s/x");
        assertRefused("mkdir /proc/self/root/allowed/s/x");
        assertThat(ASKED).contains("/secret/x").doesNotContain("/allowed/s/x");
        assertThat(inside("/secret/x")).doesNotExist();
    }
}
