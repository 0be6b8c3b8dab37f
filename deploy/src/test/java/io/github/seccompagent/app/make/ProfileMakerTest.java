package io.github.seccompagent.app.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.app.filter.FilterChain;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.profile.WrittenProfile;
import io.github.seccompagent.app.report.Report;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.linux.fd.Architecture;
import io.github.seccompagent.linux.filter.RuleCompiler;
import io.github.seccompagent.linux.syscall.SyscallTable;
import io.github.seccompagent.resolver.policy.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProfileMakerTest {
    private static final String SOCKET = "/run/seccomp-agent.socket";
    private static final Grant MOUNTS = grant(false, "MOUNT_PROC=true");
    private static final Set<String> IO_URING = Set.of("io_uring_setup", "io_uring_enter", "io_uring_register");
    private static final Understood OLD_NRI = new Understood(false, false, false);
    private static final Understood NRI = new Understood(false, true, false);
    private static final int MOST_CALLS = 480;

    private static Grant grant(boolean ioUring, String... metadata) {
        return new Grant("some", List.of(metadata), List.of(), ioUring, List.of());
    }

    static Stream<Arguments> bases() {
        List<BaseProfile> bases = new ArrayList<>(List.of(BaseProfile.unconfined()));
        Stream.of(RuntimeDefault.values()).map(RuntimeDefault::profile).forEach(bases::add);
        return bases.stream()
                .flatMap(base -> Stream.of(Understood.OF_FILES, NRI, OLD_NRI).map(it -> Arguments.of(base, it)));
    }

    /** With all arguments, on all architectures. */
    @ParameterizedTest
    @MethodSource("bases")
    void doesWhatTheBaseDoesExceptWithTheCallsOfTheGrants(BaseProfile base, Understood understood) {
        ProfileMaker maker = new ProfileMaker(base, List.of(MOUNTS), SOCKET, understood);
        FilterChain before = filter(writtenOf(base));
        FilterChain after = filter(maker.profile(maker.metadata()));

        for (Architecture architecture : architectures()) {
            for (int i = 0; i < MOST_CALLS; i++) {
                int number = architecture == Architecture.X32 ? i | Architecture.X32_SYSCALL_BIT : i;
                String name = SyscallTable.syscallOf(architecture, number).name();
                String now = after.verdict(architecture, number).toString();
                if (maker.notifiedCalls().contains(name) && isKnown(name)) {
                    assertThat(now).as(name).isEqualTo("notify");
                } else if (IO_URING.contains(name)) {
                    assertThat(now).as(name).isEqualTo("errno EPERM");
                } else if (!understood.errnoOfDefault() && hasErrnoByDefault(base)) {
                    assertThat(withoutErrnos(now))
                            .as(name)
                            .isEqualTo(withoutErrnos(
                                    before.verdict(architecture, number).toString()));
                } else {
                    assertThat(before.change(after, architecture, number))
                            .as(name)
                            .isEmpty();
                }
            }
        }
        assertThat(maker.notifiedCalls()).contains("mount", "umount2");
    }

    private static boolean isKnown(String name) {
        return SyscallTable.isNameOfLibSeccomp(name);
    }

    private static boolean hasErrnoByDefault(BaseProfile base) {
        return base.otherwise().errno() != 1;
    }

    private static String withoutErrnos(String verdict) {
        return verdict.replaceAll("errno [A-Z]+", "errno");
    }

    private static List<Architecture> architectures() {
        return Architecture.ofThisMachine() == Architecture.AARCH64
                ? List.of(Architecture.AARCH64)
                : List.of(Architecture.X86_64, Architecture.I386, Architecture.X32);
    }

    private static WrittenProfile writtenOf(BaseProfile base) {
        Grant keepsAll = grant(true);
        return new ProfileMaker(base, List.of(keepsAll), SOCKET, Understood.OF_FILES).profile("");
    }

    private static FilterChain filter(WrittenProfile written) {
        ReadProfile profile = ReadProfile.of("made", Report.json(written));
        int otherwise = profile.otherwise().value();
        try (RuleCompiler compiler = new RuleCompiler(otherwise)) {
            profile.architectures()
                    .forEach(name -> compiler.addArchitecture(
                            name.replace("SCMP_ARCH_", "").toLowerCase(Locale.ROOT)));
            profile.rules().stream()
                    .filter(rule -> rule.outcome().value() != otherwise)
                    .forEach(rule -> rule.calls()
                            .forEach(call -> compiler.addRule(rule.outcome().value(), call, rule.comparisons())));
            return new FilterChain(List.of(compiler.instructions()));
        }
    }

    @Test
    void theAgentHearsWhatTheBaseDoesWithTheCalls() {
        ProfileMaker maker =
                new ProfileMaker(RuntimeDefault.CONTAINERD.profile(), List.of(MOUNTS), SOCKET, Understood.OF_FILES);

        assertThat(maker.metadata().lines())
                .anyMatch(line -> line.equals("GRANTS=some"))
                .anyMatch(line -> line.startsWith("BASE=") && line.contains("mount:EPERM"));
        assertThat(maker.notifiedCalls()).doesNotContain("clone3");
    }

    @Test
    void theAgentAnswersForARuntimeThatCrashesOnErrorNumbers() {
        ProfileMaker maker = new ProfileMaker(RuntimeDefault.CONTAINERD.profile(), List.of(MOUNTS), SOCKET, OLD_NRI);

        assertThat(maker.metadata()).contains("clone3:ENOSYS");
        assertThat(maker.profile("").syscalls()).allMatch(rule -> rule.errnoRet() == null);
        assertThat(maker.profile("").defaultErrnoRet()).isNull();
    }

    @Test
    void aGrantCanKeepIoUring() {
        ProfileMaker maker =
                new ProfileMaker(BaseProfile.unconfined(), List.of(MOUNTS, grant(true)), SOCKET, Understood.OF_FILES);

        assertThat(maker.profile("").syscalls()).noneMatch(rule -> rule.names().contains("io_uring_setup"));
    }

    @Test
    void theRuntimesDefaultFlagStays() {
        ProfileMaker maker = new ProfileMaker(
                BaseProfile.unconfined(), List.of(MOUNTS), SOCKET, Understood.OF_FILES.withWaitKillable(true));

        assertThat(maker.profile("").flags())
                .containsExactly("SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
    }

    @Test
    void aProfileThatAsksAnotherAgentIsRefused() {
        BaseProfile base = withListener("/run/another.socket", "");

        assertThatThrownBy(() -> new ProfileMaker(base, List.of(MOUNTS), SOCKET, Understood.OF_FILES))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("notifies another agent, at /run/another.socket");
    }

    @Test
    void metadataOfTheBaseStaysExceptForWhatOnlyTheAgentSays() {
        BaseProfile base = withListener(SOCKET, "MKDIR_TMPL=-x\nGRANTS=all\nSEAL=v1:a:b\n LABEL = a\nBASE=mkdir:allow");

        assertThat(new ProfileMaker(base, List.of(MOUNTS), SOCKET, Understood.OF_FILES)
                        .metadata()
                        .lines())
                .contains("MKDIR_TMPL=-x", "GRANTS=some")
                .noneMatch(line -> line.contains("all,") || line.contains("SEAL") || line.contains("LABEL"))
                .hasSize(3);
    }

    private static BaseProfile withListener(String path, String metadata) {
        BaseProfile open = BaseProfile.unconfined();
        return new BaseProfile(
                "base", open.otherwise(), open.architectures(), Optional.empty(), path, metadata, open.rules());
    }
}
