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
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
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

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> CheckedHandlers.addTo(handlers, CheckedPathsIT::check));

    @AutoClose
    private final TempFolder volume = TempFolder.create();

    @AutoClose
    private final OciContainer container = OciContainer.start(
            OciRuntime.RUNC,
            OciBundle.notifying(AGENT.socket())
                    .notified(CALLS)
                    .with("CAP_SYS_ADMIN")
                    .bind(volume.path(), "/a volume"));

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectory(inside("/allowed"));
        Files.createDirectory(inside("/secret"));
        Files.writeString(inside("/secret/key"), "key");
        ASKED.clear();
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
        boolean refused = Stream.of(all.split(" ")).anyMatch(path -> path.startsWith("/secret") || path.equals("?"));
        return refused ? Optional.of(Errno.EDQUOT) : Optional.empty();
    }

    private void assertDone(String line, String... asked) {
        assertOutput(line, "", asked);
    }

    private void assertRefused(String line, String... asked) {
        assertOutput(line, "Disk quota exceeded", asked);
    }

    private void assertOutput(String line, String end, String... asked) {
        ASKED.clear();
        String output = container.shell(line).output().strip();
        assertThat(end.isEmpty() ? output : output.substring(Math.max(0, output.length() - end.length())))
                .as(line)
                .isEqualTo(end);
        assertThat(ASKED).containsAll(List.of(asked));
    }

    @Test
    void foldersAreMadeWhereItWasDecided() {
        assertDone("mkdir /allowed/a; ln -s /secret /allowed/s", "/allowed/a", "/allowed/s");
        assertDone("cd /allowed; mkdir b ./../allowed/a/./c/", "/allowed/b", "/allowed/a/c");
        assertDone("cd /secret; mkdir ../allowed/d", "/allowed/d");
        assertDone("mkdir '/a volume/x'", "/a volume/x");
        assertThat(volume.resolve("x")).isDirectory();
        assertThat(inside("/allowed/a/c")).isDirectory();

        assertRefused("cd /allowed; mkdir s/x", "/secret/x");
        assertRefused("mkdir /proc/self/root/allowed/s/x", "/secret/x");
        assertRefused("cd /allowed/s; mkdir x", "/secret/x");
        assertThat(inside("/secret")).isDirectoryNotContaining("glob:**/x");
    }

    /** Before the decision, nothing is made, opened or emptied. */
    @Test
    void filesAreOpenedWhereItWasDecided() {
        assertDone("ln -s /secret/key /allowed/key; ln -s /secret/new /allowed/new; ln -s /secret /allowed/s");
        assertRefused("cat /allowed/key", "/secret/key");
        assertRefused(": > /allowed/key", "/secret/key");
        assertRefused(": >> /allowed/new", "/secret/new");
        assertRefused(": > /allowed/s/new", "/secret/new");
        assertRefused("exec 9</secret/../allowed/s", "/secret");
        assertOutput("set -C; : > /allowed/new", "File exists", "/allowed/new");
        assertThat(inside("/secret/key")).hasContent("key");
        assertThat(inside("/secret/new")).doesNotExist();

        assertDone("cd /secret; : > ../allowed/f", "/allowed/f");
        assertDone("ln -s ./g /allowed/h; echo a > /allowed/h; cat /allowed/g /allowed/h > /dev/null", "/allowed/g");
        assertDone("mkfifo /allowed/fifo; cat /allowed/fifo > /allowed/out & echo b > /allowed/fifo; wait");
        assertThat(inside("/allowed/g")).hasContent("a");
        assertThat(inside("/allowed/out")).hasContent("b");
    }

    @Test
    void objectsAreChangedWhereItWasDecided() throws IOException {
        assertDone("ln -s /secret/key /allowed/key; touch /allowed/f; chmod 640 /allowed/f", "/allowed/f");
        assertRefused("chmod 777 /allowed/key", "/secret/key");
        assertRefused("/coreutils/chmod -R 777 /allowed/../secret 2>&1 | tail -1", "/secret");
        assertRefused("cd /secret; chmod 777 key", "/secret/key");
        assertDone("cd /secret; chmod 600 ../allowed/f", "/allowed/f");
        assertThat(Files.getPosixFilePermissions(inside("/secret/key")))
                .doesNotContain(PosixFilePermission.OTHERS_WRITE);
    }

    @Test
    void bothPathsAreDecided() {
        assertDone("touch /allowed/a; mv /allowed/a /allowed/b", "/allowed/a /allowed/b");
        assertRefused("mv /secret/key /allowed/key", "/secret/key /allowed/key");
        assertRefused("cd /secret; mv ../allowed/b b", "/allowed/b /secret/b");
        assertRefused("ln /secret/key /allowed/key", "/secret/key /allowed/key");
        assertRefused("ln -s /allowed/b /secret/link", "/secret/link");
        assertRefused("rm /secret/key", "/secret/key");
        assertThat(inside("/secret")).isDirectoryContaining("glob:**/key").isDirectoryNotContaining("glob:**/link");
        assertThat(inside("/allowed/b")).exists();
    }

    /** The path is that of the container, wherever the caller's root is. */
    @Test
    void anotherRootIsNotTheRoot() throws IOException {
        for (String root : List.of("/allowed", "/secret")) {
            Files.createDirectory(inside(root + "/bin"));
            Files.createLink(inside(root + "/bin/busybox"), inside("/bin/busybox"));
        }
        assertDone("chroot /allowed /bin/busybox mkdir /x", "/allowed/x");
        assertDone("chroot /allowed /bin/busybox mkdir -p /secret/../y", "/allowed/secret", "/allowed/y");
        assertRefused("chroot /secret /bin/busybox mkdir /allowed", "/secret/allowed");
        assertThat(inside("/allowed/y")).isDirectory();
    }

    /** There, files can have any path that the caller likes. */
    @Test
    void pathsOfOtherMountNamespacesAreUnknown() {
        assertRefused("unshare -m mkdir /allowed/x", "?");
        assertRefused("unshare -m sleep 100 & sleep 0.2; mkdir /proc/$!/root/allowed/x; e=$?; kill $!; exit $e", "?");
        assertRefused("exec 9</; unshare -m sh -c 'mount -t tmpfs none /tmp; mkdir /tmp/x'", "?");
        assertThat(inside("/allowed/x")).doesNotExist();

        assertDone("exec 9</allowed; unshare -m mkdir /proc/self/fd/9/x", "/allowed/x");
        assertRefused("cd /allowed; unshare -m mkdir y", "?"); // the working directory moves along
    }

    /** Its path is that in the whole file system, where another folder may have the name of the mount point. */
    @Test
    void aFolderThatWasMovedOutOfItsMountIsUnknown() {
        assertDone("mkdir /t /w; mount -t tmpfs none /t; mkdir /t/b /t/w; mount -o bind /t/b /w; mkdir /w/d");
        assertRefused("cd /w/d; mkdir x; mv /t/b/d /t/w/d; mkdir y", "/w/d/x", "?");
        assertDone("mkdir /t/w/d/z; cd /w; mkdir ../w/e", "/t/w/d/z", "/w/e");
        assertThat(ASKED).doesNotContain("?", "/w/d/y");
    }

    /** What has no path any more, and what only looks so. */
    @Test
    void pathsThatCannotBeToldAreUnknown() {
        assertRefused("mkdir /allowed/r; cd /allowed/r; rmdir /allowed/r; mkdir x", "?");
        assertDone("mkdir '/allowed/a (deleted)'", "/allowed/a (deleted)");
        assertRefused("mkdir '/allowed/a (deleted)/x'", "?");
    }

    /** The kernel's own look-up does not care how long the whole path is. */
    @Test
    void aPathThatIsTooLongIsUnknown() {
        String part = "p".repeat(250);
        String deeper = "mkdir " + part + " && cd " + part;
        assertRefused("cd /allowed; for i in $(seq 20); do " + deeper + " || exit; done", "?");
        assertThat(ASKED).hasSizeGreaterThan(16);
    }

    @Test
    void pipesHaveNoPath() {
        assertDone("echo a | cat /dev/stdin | cat /proc/self/fd/0 > /allowed/out");
        assertThat(ASKED).anyMatch(path -> path.startsWith("pipe:["));
        assertThat(inside("/allowed/out")).hasContent("a");
    }

    @Test
    void aCheckThatThrowsRefuses() {
        assertOutput("mkdir /allowed/throws", "Input/output error", "/allowed/throws");
        assertOutput("mkdir /allowed/throws-exdev", "Invalid cross-device link", "/allowed/throws-exdev");
        assertOutput(": > /allowed/throws", "Input/output error", "/allowed/throws");
        assertThat(inside("/allowed")).isEmptyDirectory();
    }
}
