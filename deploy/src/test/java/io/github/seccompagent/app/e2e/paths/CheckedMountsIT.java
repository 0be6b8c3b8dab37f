package io.github.seccompagent.app.e2e.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.CheckedHandlers;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mounts with the caller's own privileges are on what their check was told, and take off nothing else. */
class CheckedMountsIT {
    private static final int EBADMSG = 74;
    private static final int EINVAL = 22;

    private static final ToldPaths CHECK = new ToldPaths();

    @AutoClose
    private static final EmbeddedAgent AGENT = EmbeddedAgent.with(handlers -> CheckedHandlers.addTo(handlers, CHECK));

    @AutoClose
    private static final OciContainer CONTAINER = OciContainer.start(
            OciRuntime.RUNC,
            OciBundle.notifying(AGENT.socket())
                    .notified("mkdirat", "mount", "umount2")
                    .with("CAP_SYS_ADMIN"));

    private final MountsBelowW mounts = new MountsBelowW(CONTAINER.pid());
    private SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());

    @BeforeEach
    void remakePaths() {
        CHECK.begin(() -> {});
    }

    @AfterEach
    void takeOffAll() {
        mounts.takeOffAll();
    }

    @Test
    void nothingIsMountedOrTakenOffInTheForbiddenFolder() {
        mounts.make("/w/forbidden/mnt");

        Map<String, Long> seen = Attack.run(CONTAINER, "decidedmounts", Attack.times(600, 5_000));

        assertThat(seen).containsKeys("done call 0", "done call 3", "done call 6");
        assertThat(seen.keySet()).containsAnyOf("done call 1", "done call 4", "done call 7");
        assertThat(IntStream.range(0, 8).boxed()).allMatch(call -> seen.containsKey("error 74 of call " + call));
    }

    /** The last column has the places of the mounts, and what they show if that is below /w. */
    @ParameterizedTest
    @CsvSource({
        "none /w/way tmpfs 0 0, /w/allowed, /w/allowed",
        "none /w/turn tmpfs 0 0, /w/turn, /w/turned",
        "none /proc/self/root/w/way/mnt/ ramfs 0 0, /w/allowed/mnt, /w/allowed/mnt",
        "none /w/way overlay 0 lowerdir=/w/folder:/w/allowed, /w/allowed, /w/allowed",
        "/w/way/mnt /w/turn 0 4096 0, /w/turn /w/allowed/mnt, /w/turned of /w/allowed/mnt",
        "/w/turn/keep /w/way/keep 0 4096 0, /w/allowed/keep /w/turn/keep, /w/allowed/keep of /w/turned/keep",
    })
    void aMountIsWhereTheCheckWasTold(String arguments, String told, String made) {
        CHECK.begin(paths::swap);

        assertThat(RawCall.make(CONTAINER, "mount", arguments)).isZero();

        assertThat(CHECK.told()).containsExactly(told);
        assertThat(mounts.list()).containsExactly(made);
    }

    /** MS_MOVE, MS_REMOUNT with MS_BIND and MS_RDONLY, MS_PRIVATE. */
    @ParameterizedTest
    @CsvSource({
        "/w/way/mnt /w/turn 0 8192 0, /w/turn /w/allowed/mnt, /w/forbidden/mnt;/w/turned",
        "none /w/way/mnt 0 4129 0, /w/allowed/mnt, /w/allowed/mnt ro;/w/forbidden/mnt",
        "none /w/way/mnt 0 1048576 0, /w/allowed/mnt, /w/allowed/mnt shared;/w/forbidden/mnt",
    })
    void aChangeIsWhereTheCheckWasTold(String arguments, String told, String then) {
        mounts.make("/w/allowed/mnt", "/w/forbidden/mnt");
        CHECK.begin(paths::swap);

        assertThat(RawCall.make(CONTAINER, "mount", arguments)).isZero();

        assertThat(CHECK.told()).containsExactly(told);
        assertThat(mounts.list()).containsExactlyInAnyOrder(then.split(";"));
    }

    @ParameterizedTest
    @CsvSource({"/w/way/mnt 0", "/w/way/mnt/ 0", "/w/way/mnt 8", "/w/way/mnt/// 2", "/w/way/mnt/. 2"})
    void whatTheCheckWasToldIsTakenOff(String arguments) {
        mounts.make("/w/allowed/mnt", "/w/forbidden/mnt");
        CHECK.begin(paths::swap);

        assertThat(RawCall.make(CONTAINER, "umount2", arguments)).isZero();

        assertThat(CHECK.told()).containsExactly("/w/allowed/mnt");
        assertThat(mounts.list()).containsExactly("/w/forbidden/mnt");
    }

    @ParameterizedTest
    @CsvSource({"/w/allowed/mnt 0", "/w/allowed/mnt/ 0", "/w/allowed/mnt/ 2"})
    void aMountPointBecomesALinkMeanwhile(String arguments) {
        mounts.make("/w/allowed/mnt", "/w/forbidden/mnt");
        CHECK.begin(paths::makeLinkOfMountPoint);

        assertThat(RawCall.make(CONTAINER, "umount2", arguments)).isEqualTo(EINVAL);

        assertThat(CHECK.told()).containsExactly("/w/allowed/mnt");
        assertThat(mounts.list()).containsExactlyInAnyOrder("/w/allowed/moved", "/w/forbidden/mnt");
    }

    @ParameterizedTest
    @CsvSource({
        "mount, none /w/forbidden tmpfs 0 0",
        "mount, none /w/turn/../forbidden overlay 0 lowerdir=/w/folder:/w/allowed",
        "mount, /w/allowed /w/forbidden 0 4096 0",
        "mount, /w/forbidden /w/allowed 0 4096 0",
        "mount, /w/forbidden/mnt /w/allowed 0 8192 0",
        "mount, none /w/forbidden/mnt 0 4129 0",
        "mount, none /w/forbidden/mnt 0 1048576 0",
        "umount2, /w/forbidden/mnt 0",
        "umount2, /w/forbidden/mnt/ 2",
        "umount2, /w/forbidden/mnt/. 2",
    })
    void whatIsRefusedLeavesNothing(String call, String arguments) {
        mounts.make("/w/forbidden/mnt");

        assertThat(RawCall.make(CONTAINER, call, arguments)).isEqualTo(EBADMSG);

        assertThat(CHECK.told()).hasSize(1);
        assertThat(mounts.list()).containsExactly("/w/forbidden/mnt");
    }

    /** The cwd is the target, so that no path leads there. Then nothing can be looked up from the caller's cwd. */
    @ParameterizedTest
    @CsvSource({
        "none /w/allowed overlay 0 lowerdir=/w/folder:w/turn, 95",
        "'none /w/allowed overlay 0 lowerdir=/w/folder:/w/turn,upperdir=w/turn', 95",
        "w/source /w/allowed ext4 0 0, 95",
        "/w/source /w/allowed ext4 0 journal_path=w/source, 95",
        "w/source /w/allowed nothing 0 0, 19",
    })
    void aRelativePathBesidesTheTargetIsNotLookedUp(String arguments, int error) {
        assertThat(RawCall.make(CONTAINER, "mount", arguments)).isEqualTo(error);
        assertThat(mounts.list()).isEmpty();
    }

    /** A descriptor of another mount namespace leads to files that have other names here, or none. */
    @Test
    void nothingIsToldOfAnotherMountNamespace() {
        Attack.install(CONTAINER, "passed");

        String out = CONTAINER.exec("/passed", "/w/allowed").out();

        assertThat(out.lines())
                .containsExactly(
                        "first-from-second: made",
                        "second-from-second: error 74",
                        "cwd-from-second: error 74",
                        "first-from-first: made",
                        "second-from-first: error 74");
        assertThat(CHECK.told())
                .isEqualTo(List.of("/w/allowed/first-from-second", "?", "?", "/w/allowed/first-from-first", "?"));
        assertThat(Command.run("ls", CONTAINER.rootfs() + "/w/allowed").out())
                .isEqualTo("first-from-first\nfirst-from-second\nkeep\nmnt\n");
    }
}
