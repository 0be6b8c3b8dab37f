package io.github.seccompagent.app.e2e.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Attack;
import io.github.seccompagent.app.e2e.fixture.CheckedHandlers;
import io.github.seccompagent.app.e2e.fixture.EmbeddedAgent;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call acts on what its check was told, whatever the container exchanges meanwhile. */
class CheckedPathsRaceIT {
    private static final int EBADMSG = 74;
    private static final int ELOOP = 40;

    private static final ToldPaths CHECK = new ToldPaths();

    @AutoClose
    private static final EmbeddedAgent AGENT = EmbeddedAgent.with(handlers -> CheckedHandlers.addTo(handlers, CHECK));

    private static OciBundle notified(String... calls) {
        return OciBundle.notifying(AGENT.socket()).notified(calls);
    }

    @AutoClose
    private static final OciContainer CONTAINER = OciContainer.start(
            OciRuntime.RUNC,
            notified(
                    "mkdirat",
                    "openat",
                    "renameat2",
                    "linkat",
                    "fchmodat",
                    "fchownat",
                    "unlinkat",
                    "symlinkat",
                    "mknodat"));

    /** The threads of the program exchange names by renameat2, and open files by openat. */
    @Test
    void nothingInTheForbiddenFolderChanges() {
        CHECK.begin(() -> {});
        OciBundle bundle =
                notified("mkdirat", "openat2", "renameat", "linkat", "fchmodat", "unlinkat", "symlinkat", "mknodat");
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Map<String, Long> seen = Attack.run(container, "decided", Attack.times(2_000, 20_000));

            assertThat(seen).containsKeys("made /w/allowed/new", "made /w/turn/new", "changed /w/allowed/keep");
            assertThat(IntStream.range(0, 12).boxed())
                    .allSatisfy(call -> assertThat(seen).containsKeys("done call " + call, "error 74 of call " + call));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mkdirat, AT /w/way/new 493, /w/allowed/new, -d allowed/new",
        "mkdirat, AT /w/turn/new 493, /w/turn/new, -d turned/new",
        "mkdirat, AT /proc/self/root/w/way/new/// 493, /w/allowed/new, -d allowed/new",
        "openat, AT /w/way/new 65 420, /w/allowed/new, -f allowed/new",
        "openat, AT /w/way/keep 513 420, /w/allowed/keep, ! -s allowed/keep",
        "openat, AT /w/turn/keep 513 420, /w/turn/keep, ! -s turned/keep",
        "openat, AT /w/last 65 420, /w/allowed/new, -f allowed/new",
        "renameat2, AT /w/source AT /w/way/new 0, /w/source /w/allowed/new, -f allowed/new",
        "renameat2, AT /w/way/keep AT /w/turn/new 0, /w/allowed/keep /w/turn/new, -f turned/new",
        "linkat, AT /w/way/keep AT /w/turn/new 0, /w/allowed/keep /w/turn/new, -f turned/new",
        "symlinkat, there AT /w/way/new, /w/allowed/new, -h allowed/new",
        "mknodat, AT /w/way/new 4516 0, /w/allowed/new, -p allowed/new",
        "unlinkat, AT /w/way/keep 0, /w/allowed/keep, ! -e allowed/keep",
        "unlinkat, AT /w/turn/keep 0, /w/turn/keep, ! -e turned/keep",
        "unlinkat, AT /w/way/mnt 512, /w/allowed/mnt, ! -e allowed/mnt",
        "fchmodat, AT /w/way/keep 416, /w/allowed/keep, $(stat -c %a allowed/keep) = 640",
        "fchownat, AT /w/turn/keep 1 1 0, /w/turn/keep, $(stat -c %u turned/keep) = 1",
    })
    void allNamesLeadElsewhereMeanwhile(String call, String arguments, String told, String condition) {
        SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());
        String before = paths.forbidden();
        CHECK.begin(paths::swap);

        assertThat(RawCall.make(CONTAINER, call, arguments)).isZero();

        assertThat(CHECK.told()).containsExactly(told);
        paths.require(condition);
        assertThat(paths.forbidden()).isEqualTo(before);
    }

    /** The name that an open is decided on becomes a link, so the open is decided again. */
    @ParameterizedTest
    @CsvSource({
        "AT /w/way/new 65 420, /w/allowed/new",
        "AT /w/allowed/new 577 420, /w/allowed/new",
        "AT /w/last 65 420, /w/allowed/new",
    })
    void aNameBecomesALinkMeanwhile(String arguments, String told) {
        SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());
        String before = paths.forbidden();
        CHECK.begin(paths::makeLink);

        assertThat(RawCall.make(CONTAINER, "openat", arguments)).isEqualTo(EBADMSG);

        assertThat(CHECK.told()).containsExactly(told, ToldPaths.FORBIDDEN + "/new");
        assertThat(paths.forbidden()).isEqualTo(before);
    }

    /** A call that must not follow the name fails, as it fails if the name was a link from the beginning. */
    @ParameterizedTest
    @CsvSource({
        "openat, AT /w/allowed/new 193 420, 17",
        "mkdirat, AT /w/allowed/new 493, 17",
        "mkdirat, AT /w/allowed/new/ 493, 17",
        "linkat, AT /w/source AT /w/allowed/new 0, 17",
    })
    void aNameThatIsNotFollowedBecomesALinkMeanwhile(String call, String arguments, int error) {
        SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());
        String before = paths.forbidden();
        CHECK.begin(paths::makeLink);

        assertThat(RawCall.make(CONTAINER, call, arguments)).isEqualTo(error);

        assertThat(CHECK.told()).hasSize(1);
        assertThat(paths.forbidden()).isEqualTo(before);
    }

    /** A 32-bit program that cannot handle large files opens in another way. */
    @ParameterizedTest
    @CsvSource({
        "AT /w/way/new 65 420, /w/allowed/new, -f allowed/new",
        "AT /w/way/keep 577 420, /w/allowed/keep, ! -s allowed/keep",
        "AT /w/turn/keep 513 0, /w/turn/keep, ! -s turned/keep",
        "AT /w/last 65 420, /w/allowed/new, -f allowed/new",
    })
    @EnabledOnOs(architectures = "amd64")
    void allNamesOfA32BitProgramLeadElsewhereMeanwhile(String arguments, String told, String condition)
            throws IOException {
        Files.copy(
                TestPrograms.rawCall32(),
                CONTAINER.rootfs().resolve("rawcall32"),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());
        String before = paths.forbidden();
        CHECK.begin(paths::swap);

        assertThat(RawCall.make32(CONTAINER, "openat", arguments)).isZero();

        assertThat(CHECK.told()).containsExactly(told);
        paths.require(condition);
        assertThat(paths.forbidden()).isEqualTo(before);
    }

    /** The kernel would follow as many links as a path may have. */
    @Test
    void aNameBecomesALinkAgainAndAgain() {
        SwappedPaths paths = SwappedPaths.makeIn(CONTAINER.rootfs());
        AtomicInteger links = new AtomicInteger();
        CHECK.begin(() -> paths.makeChain(links.getAndIncrement()));

        assertThat(RawCall.make(CONTAINER, "openat", "AT /w/way/new0 65 420")).isEqualTo(ELOOP);

        assertThat(CHECK.told())
                .isEqualTo(IntStream.range(0, 8)
                        .mapToObj(each -> "/w/allowed/new" + each)
                        .toList());
        paths.require("! -e allowed/new0");
    }
}
