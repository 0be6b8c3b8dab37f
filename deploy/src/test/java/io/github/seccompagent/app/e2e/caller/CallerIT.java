package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A mkdir on behalf succeeds and fails exactly as if the caller had made it. */
class CallerIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    private static OciContainer start(OciRuntime runtime) {
        return OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()));
    }

    private static String owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid") + ":" + Files.getAttribute(path, "unix:gid");
    }

    private static String mode(Path path) throws IOException {
        return Integer.toOctalString((int) Files.getAttribute(path, "unix:mode") & 07777);
    }

    @ParameterizedTest
    @EnumSource
    void umask(OciRuntime runtime) throws IOException {
        try (OciContainer container = start(runtime)) {
            container.shell("umask 027; mkdir /a; umask 0; mkdir /b").orFail();

            assertThat(mode(container.rootfs().resolve("a" + container.suffix())))
                    .isEqualTo("750");
            assertThat(mode(container.rootfs().resolve("b" + container.suffix())))
                    .isEqualTo("777");
        }
    }

    @ParameterizedTest
    @EnumSource
    void userWhoIsNotRoot(OciRuntime runtime) throws IOException {
        try (OciContainer container = start(runtime)) {
            container.makeFolder("/theirs", 0, 0, "755");
            Path own = container.makeFolder("/own", 1000, 1000, "700");

            assertThat(container.shellAs(1000, "mkdir /theirs/x").err())
                    .isEqualTo("mkdir: can't create directory '/theirs/x': Permission denied\n");
            container.shellAs(1000, "mkdir /own/x").orFail();
            assertThat(owner(own.resolve("x" + container.suffix()))).isEqualTo("1000:1000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void firstProcessWhichIsNotRoot(OciRuntime runtime) throws IOException {
        OciBundle bundle = OciBundle.notifying(AGENT.socket())
                .uid(1000)
                .noNewPrivileges()
                .command("sh", "-c", "until mkdir /home/x 2>/tmp/error; do :; done; sleep 1000000");
        try (OciContainer container = OciContainer.start(runtime, bundle)) {
            Files.setAttribute(container.rootfs().resolve("tmp"), "unix:mode", 0777);
            Files.setAttribute(container.rootfs().resolve("home"), "unix:uid", 1000);

            Path made = container.rootfs().resolve("home/x" + container.suffix());
            Await.until("the folder").until(() -> Files.exists(made));
            assertThat(owner(made)).isEqualTo("1000:1000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void folderWithTheSetgidBit(OciRuntime runtime) throws IOException {
        try (OciContainer container = start(runtime)) {
            Path shared = container.makeFolder("/shared", 0, 5000, "2775");

            container.shell("umask 022; mkdir /shared/x").orFail();

            Path made = shared.resolve("x" + container.suffix());
            assertThat(owner(made)).isEqualTo("0:5000");
            assertThat(mode(made)).isEqualTo("2755");
        }
    }

    @ParameterizedTest
    @EnumSource
    void userNamespace(OciRuntime runtime) throws IOException {
        try (OciContainer container =
                OciContainer.start(runtime, OciBundle.notifying(AGENT.socket()).userNamespace())) {
            Path own = container.makeFolder("/own", OciBundle.FIRST_ID, OciBundle.FIRST_ID, "755");
            container.makeFolder("/hosts", 0, 0, "755");

            container.shell("mkdir /own/x").orFail();

            Path made = own.resolve("x" + container.suffix());
            assertThat(owner(made)).isEqualTo(OciBundle.FIRST_ID + ":" + OciBundle.FIRST_ID);
            assertThat(container.shell("stat -c %u:%g /own/x*").orFail()).isEqualTo("0:0");
            assertThat(container.shell("mkdir /hosts/x").err()).contains("Permission denied");
        }
    }

    @ParameterizedTest
    @EnumSource
    void relativePaths(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container.shell("mkdir /home/deep").orFail();
            String deep = "/home/deep" + container.suffix();

            container.shell("cd " + deep + "; mkdir x; mkdir ./y; mkdir ../z").orFail();

            assertThat(container.hasFolder(deep + "/x" + container.suffix())).isTrue();
            assertThat(container.hasFolder(deep + "/y" + container.suffix())).isTrue();
            assertThat(container.hasFolder("/home/z" + container.suffix())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void linksResolveInTheContainer(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container
                    .shell("ln -s /home /absolute; ln -s ../../../../home /upwards;"
                            + " mkdir /absolute/x; mkdir /upwards/y; mkdir /../../z")
                    .orFail();

            assertThat(container.hasFolder("/home/x" + container.suffix())).isTrue();
            assertThat(container.hasFolder("/home/y" + container.suffix())).isTrue();
            assertThat(container.hasFolder("/z" + container.suffix())).isTrue();
            assertThat(Path.of("/home/x" + container.suffix())).doesNotExist();
        }
    }

    @ParameterizedTest
    @EnumSource
    void chroot(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container
                    .shell("mkdir /jail; cd /jail*; cp /bin/busybox .; chroot . /busybox mkdir /x")
                    .orFail();

            String jail = "/jail" + container.suffix();
            assertThat(container.hasFolder(jail + "/x" + container.suffix())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesThatAreNoText(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container.shell("mkdir \"$(printf '/home/caf\\351\\377')\"").orFail();

            assertThat(container
                            .shell("cd /home; for f in *; do printf %s \"$f\" | head -c 5 | od -An -tx1; done")
                            .orFail())
                    .isEqualTo("63 61 66 e9 ff");
        }
    }

    @ParameterizedTest
    @EnumSource
    void errors(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            container.shell("mkdir /there").orFail();

            assertThat(container.shell("mkdir /there").err())
                    .isEqualTo("mkdir: can't create directory '/there': File exists\n");
            assertThat(container.shell("mkdir /no/such").err())
                    .isEqualTo("mkdir: can't create directory '/no/such': No such file or directory\n");
            assertThat(container.shell("mkdir /bin/busybox/x").err())
                    .isEqualTo("mkdir: can't create directory '/bin/busybox/x': Not a directory\n");
            assertThat(container.shell("mkdir /proc/x").err()).contains("No such file or directory");
            assertThat(container.shell("mkdir $(printf '%0300d' 1)").err()).contains("File name too long");
            assertThat(container.shell("ln -s loop /loop; mkdir /loop/x").err())
                    .contains("Too many levels of symbolic links");
        }
    }

    /** The caller's own pointers can be wrong too. EFAULT is 14, ENOENT 2. */
    @ParameterizedTest
    @EnumSource
    void badPointers(OciRuntime runtime) {
        try (OciContainer container = start(runtime)) {
            Syscalls calls = Syscalls.ofThisMachine();
            assertThat(container
                            .exec("/rawcall", calls.mkdirat(), "-100", "8", "511")
                            .status())
                    .isEqualTo(14);
            assertThat(container
                            .exec("/rawcall", calls.mkdirat(), "-100", "", "511")
                            .status())
                    .isEqualTo(2);
        }
    }
}
