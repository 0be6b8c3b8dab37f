package io.github.seccompagent.app.e2e.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Granted mounts are on what their check was told. If the check refuses, nothing is mounted or taken off. */
class CheckedGrantsIT {
    private static final int EPERM = 1;
    private static final int EBADMSG = 74;
    private static final int MISC = 10;
    private static final int FUSE = 229;

    private static final ToldPaths CHECK = new ToldPaths();

    @AutoClose
    private static final EmbeddedAgent AGENT =
            EmbeddedAgent.with(handlers -> handlers.on("mount", CheckedGrantsIT::mount)
                    .on("umount", call -> call.onBehalf(CHECK).umount(call.path(0), (int) call.argument(1))));

    @AutoClose
    private static final OciContainer CONTAINER = OciContainer.start(OciRuntime.RUNC, bundle());

    private static Response mount(NotifiedCall call) {
        String type = new String(call.text(2).bytes(), StandardCharsets.UTF_8);
        byte[] options = call.page(4);
        TargetString text = options == null ? null : TargetString.before(options);
        return call.onBehalf(CHECK).mount(call.string(0), call.path(1), type, call.argument(3), text);
    }

    private final MountsBelowW mounts = new MountsBelowW(CONTAINER.pid());
    private final SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());

    private static OciBundle bundle() {
        return OciBundle.notifying(AGENT.socket())
                .notified("mount", "umount2")
                .usualDevicesAnd("c", MISC, FUSE)
                .bind(Path.of("/dev/fuse"), "/dev/fuse");
    }

    @BeforeEach
    void takeOffAll() {
        mounts.takeOffAll();
        CHECK.begin(() -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "proc"})
    void aMountIsWhereTheCheckWasTold(String type) {
        CHECK.begin(paths::swap);

        assertThat(RawCall.make(CONTAINER, "mount", "none /w/way/mnt " + type + " 0 0"))
                .isZero();

        assertThat(CHECK.told()).containsExactly("/w/allowed/mnt");
        assertThat(mounts.list()).contains("/w/allowed/mnt").allMatch(place -> place.startsWith("/w/allowed/mnt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "proc", "sysfs", "overlay"})
    void aRefusedMountLeavesNothing(String type) {
        String options = type.equals("overlay") ? "lowerdir=/w/turn:/w/allowed" : "0";

        assertThat(RawCall.make(CONTAINER, "mount", "none /w/forbidden " + type + " 0 " + options))
                .isEqualTo(EBADMSG);

        assertThat(CHECK.told()).containsExactly(ToldPaths.FORBIDDEN);
        assertThat(mounts.list()).isEmpty();
    }

    @Test
    void aRefusedFuseLeavesNothing() throws IOException {
        Files.copy(
                TestPrograms.FUSE_MOUNT,
                CONTAINER.rootfs().resolve("fusemount"),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(CONTAINER.exec("/fusemount", "/w/forbidden", "fuse").err()).isEqualTo("mount: Bad message\n");
        assertThat(mounts.list()).isEmpty();
        assertThat(CONTAINER.exec("/fusemount", "/w/allowed", "fuse").orFail()).contains("mode 40751");
        assertThat(CHECK.told()).containsExactly(ToldPaths.FORBIDDEN, "/w/allowed", "/w/allowed");
        assertThat(mounts.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/w/turn 0", "/w/turn/ 2", "/w/turn/. 8"})
    void aMountIsTakenOffWhereTheCheckWasTold(String arguments) {
        assertThat(RawCall.make(CONTAINER, "mount", "none /w/turn tmpfs 0 0")).isZero();
        assertThat(RawCall.make(CONTAINER, "mount", "none /w/allowed tmpfs 0 0"))
                .isZero();
        CHECK.begin(paths::swap);

        assertThat(RawCall.make(CONTAINER, "umount2", arguments)).isZero();

        assertThat(CHECK.told()).containsExactly("/w/turn");
        assertThat(mounts.list()).containsExactly("/w/allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/."})
    void aMountThatMayNotBeTakenOffStays(String end) {
        assertThat(RawCall.make(CONTAINER, "mount", "none /w/turn tmpfs 0 0")).isZero();
        paths.moveToForbidden();
        CHECK.begin(() -> {});

        assertThat(RawCall.make(CONTAINER, "umount2", "/w/forbidden/turn" + end + " 0"))
                .isEqualTo(EBADMSG);

        assertThat(CHECK.told()).containsExactly("/w/forbidden/turn");
        assertThat(mounts.list()).containsExactly("/w/forbidden/turn");
    }

    /** The kernel would read the path again. So no umount is left to the caller. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMountThatWasNotGrantedIsDecidedToo(boolean besidesGranted) {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle().with("CAP_SYS_ADMIN"))) {
            SwappedPaths.makeIn(container.rootfs());
            MountsBelowW present = new MountsBelowW(container.pid());
            present.make("/w/allowed/mnt", "/w/forbidden/mnt");
            if (besidesGranted) {
                assertThat(RawCall.make(container, "mount", "none /w/folder tmpfs 0 0"))
                        .isZero();
                present.make("/w/turn");
            }
            CHECK.begin(() -> {});

            assertThat(RawCall.make(container, "umount2", "/w/forbidden/mnt 0")).isEqualTo(EBADMSG);
            assertThat(RawCall.make(container, "umount2", "/w/forbidden/mnt 1")).isEqualTo(EBADMSG);
            assertThat(RawCall.make(container, "umount2", "/w/allowed/mnt 0")).isZero();

            assertThat(CHECK.told()).containsExactly("/w/forbidden/mnt", "/w/forbidden/mnt", "/w/allowed/mnt");
            assertThat(present.list())
                    .isEqualTo(
                            besidesGranted
                                    ? List.of("/w/forbidden/mnt", "/w/folder", "/w/turn")
                                    : List.of("/w/forbidden/mnt"));
        }
    }

    @Test
    void theCallersOwnPrivilegesDecide() {
        mounts.make("/w/allowed/mnt");

        assertThat(RawCall.make(CONTAINER, "umount2", "/w/allowed/mnt 0")).isEqualTo(EPERM);

        assertThat(mounts.list()).containsExactly("/w/allowed/mnt");
    }
}
