package io.github.seccompagent.app.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.app.profile.WrittenProfile;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Grant;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeProfileTest {
    private static final Rule NO_XATTRS =
            new Rule("r", Set.of("setxattr"), Rule.When.ALWAYS, new Rule.Action.Deny(Errno.EPERM));

    private static final Policy POLICY = new Policy(
            true,
            Map.of(
                    "fuse",
                    new Grant("fuse", List.of("MOUNT_OTHER_FS_LIST=fuse"), List.of("/dev/fuse"), false, List.of())),
            List.of());

    @TempDir
    private Path folder;

    private static MadeProfile make(Set<String> grants, String base, String capabilities) {
        return MadeProfile.of(
                POLICY, grants, MadeProfile.Base.named(base, capabilities), "/run/a.socket", Understood.OF_FILES);
    }

    private static boolean allows(WrittenProfile profile, String call) {
        return profile.syscalls().stream()
                .anyMatch(rule -> rule.action().equals("SCMP_ACT_ALLOW")
                        && rule.args() == null
                        && rule.names().contains(call));
    }

    @Test
    void saysWhatAProfileCannotGive() {
        MadeProfile made = make(Set.of("fuse"), "docker", "");

        assertThat(made.devices()).containsExactly("/dev/fuse");
        assertThat(made.notes()).anyMatch(note -> note.contains("/dev/fuse"));
        assertThat(made.profile().listenerPath()).isEqualTo("/run/a.socket");
    }

    /** Debian 12 has a libseccomp like that, and newer kernels. */
    @Test
    void saysThatOldRuntimesLetNewCallsGoRoundRules() {
        assertThat(notesWithRules("unconfined")).anyMatch(note -> note.contains("setxattrat"));
        assertThat(notesWithRules("containerd")).noneMatch(note -> note.contains("setxattrat"));
        assertThat(make(Set.of("fuse"), "unconfined", "").notes()).noneMatch(note -> note.contains("setxattrat"));
    }

    private static List<String> notesWithRules(String base) {
        Grant ruled = new Grant("ruled", List.of(), List.of(), false, List.of(NO_XATTRS));
        return MadeProfile.of(
                        new Policy(true, Map.of("ruled", ruled), List.of()),
                        Set.of("ruled"),
                        MadeProfile.Base.named(base, ""),
                        "/run/a.socket",
                        Understood.OF_FILES)
                .notes();
    }

    @Test
    void theBaseDependsOnTheCapabilities() {
        assertThat(allows(make(Set.of("fuse"), "containerd", "").profile(), "chroot"))
                .isTrue();
        assertThat(allows(make(Set.of("fuse"), "containerd", "CAP_CHOWN").profile(), "chroot"))
                .isFalse();
        assertThat(allows(make(Set.of("fuse"), "containerd", "CAP_SYS_ADMIN").profile(), "setns"))
                .isTrue();
    }

    @Test
    void aFileIsABase() throws Exception {
        Path file = Files.writeString(
                folder.resolve("own.json"),
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 38, \"flags\": [],"
                        + " \"syscalls\": [{\"names\": [\"read\", \"mount\"], \"action\": \"SCMP_ACT_ALLOW\"}]}");

        WrittenProfile profile = make(Set.of("fuse"), file.toString(), "").profile();

        assertThat(profile.defaultErrnoRet()).isEqualTo(38);
        assertThat(profile.flags()).isEmpty();
        assertThat(allows(profile, "read")).isTrue();
        assertThat(allows(profile, "mount")).isFalse();
        assertThat(profile.listenerMetadata()).contains("mount:allow").contains("umount2:ENOSYS");
        assertThat(profile.syscalls())
                .anyMatch(rule -> rule.names().contains("io_uring_setup") && rule.errnoRet() == null);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> make(Set.of("other"), "docker", ""))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no grant 'other': it has fuse");
        assertThatThrownBy(() -> make(Set.of(), "docker", "")).hasMessageContaining("no grant is named");
        assertThatThrownBy(() -> make(Set.of("fuse"), "docker", "CAP_NOTHING"))
                .hasMessageContaining("'CAP_NOTHING' is no capability");
        assertThatThrownBy(() -> make(Set.of("fuse"), "/nowhere.json", ""))
                .hasMessageContaining("/nowhere.json: there is no such file");
    }
}
