package io.github.seccompagent.resolver.policy;

import static io.github.seccompagent.resolver.policy.Policies.ALLOW;
import static io.github.seccompagent.resolver.policy.Policies.CONTINUE;
import static io.github.seccompagent.resolver.policy.Policies.DENY;
import static io.github.seccompagent.resolver.policy.Policies.answer;
import static io.github.seccompagent.resolver.policy.Policies.flags;
import static io.github.seccompagent.resolver.policy.Policies.metadata;
import static io.github.seccompagent.resolver.policy.Policies.open;
import static io.github.seccompagent.resolver.policy.Policies.paths;
import static io.github.seccompagent.resolver.policy.Policies.rule;
import static io.github.seccompagent.resolver.policy.Policies.rules;
import static io.github.seccompagent.resolver.policy.Policies.types;
import static io.github.seccompagent.resolver.policy.Policies.uid;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.resolver.policy.Rule.Action;
import io.github.seccompagent.resolver.policy.Rule.When;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens with calls by the rules of a container's grants. */
class RulesTest {
    private static final Response DENIED = Response.failure(Errno.EACCES);
    private static final long O_PATH = 010000000;
    private static final Policy NO_ETC = open(rules("g", rule("mkdir", paths("/etc/**"), DENY)));

    @Test
    void aRuleDecidesWhereThePathLeads() throws Exception {
        RuledCall denied = RuledCall.mkdir("/etc/x");
        assertThat(answer(NO_ETC, "", denied)).isEqualTo(DENIED);
        assertThat(denied.effects).isEmpty();

        RuledCall other = RuledCall.mkdir("/tmp/x");
        assertThat(answer(NO_ETC, "", other)).isEqualTo(RuledCall.MADE);
        assertThat(other.effects).containsExactly("mkdir");
    }

    @Test
    void aPathThatCannotBeToldIsDeniedAndNeverAllowed() throws Exception {
        assertThat(answer(NO_ETC, "", RuledCall.mkdir(""))).isEqualTo(DENIED);

        Policy onlyData = open(rules("g", rule("mkdir", paths("/data/**"), ALLOW), rule("mkdir", When.ALWAYS, DENY)));
        assertThat(answer(onlyData, "", RuledCall.mkdir(""))).isEqualTo(DENIED);
        assertThat(answer(onlyData, "", RuledCall.mkdir("/data/x"))).isEqualTo(RuledCall.MADE);
    }

    @Test
    void aRuleThatAllowsMustMatchBothPaths() throws Exception {
        Policy policy = open(rules(
                "g",
                rule("rename", paths("/etc/secret"), DENY),
                rule("rename", paths("/data/**"), ALLOW),
                rule("rename", When.ALWAYS, new Action.Deny(Errno.EROFS))));
        assertThat(answer(policy, "", rename("/data/a", "/data/b"))).isEqualTo(RuledCall.MADE);
        assertThat(answer(policy, "", rename("/usr/a", "/data/b"))).isEqualTo(Response.failure(Errno.EROFS));
        assertThat(answer(policy, "", rename("/data/a", "/etc/secret"))).isEqualTo(DENIED);
        assertThat(answer(policy, "", rename("/data/a", ""))).isEqualTo(DENIED);
    }

    /** Nothing is opened, and only the caller itself can have such a descriptor. */
    @Test
    void rulesWithPathsDoNotSeeOpensThatOpenNothing() throws Exception {
        Policy policy = open(rules("g", rule("open", paths("/etc/**"), DENY)));
        assertThat(answer(policy, "", opening("openat", O_PATH))).isEqualTo(Response.proceed());
        assertThat(answer(policy, "", opening("openat", 0))).isEqualTo(DENIED);
        assertThat(answer(policy, "", opening("openat2", O_PATH))).isEqualTo(DENIED);

        Policy others = open(rules("g", rule("open", paths("/**"), ALLOW), rule("open", flags(O_PATH), DENY)));
        assertThat(answer(others, "", opening("openat", O_PATH))).isEqualTo(DENIED);
    }

    private static RuledCall opening(String syscall, long flags) {
        return new RuledCall(syscall, "open").leadingTo("/etc/x").number(1, flags);
    }

    private static RuledCall rename(String from, String to) {
        return new RuledCall("renameat2", "rename").leadingTo(from, to);
    }

    @Test
    void callsThatNoRuleIsAboutAreTheKernels() throws Exception {
        RuledCall rmdir = new RuledCall("rmdir", "rmdir").leadingTo("/etc/x");
        assertThat(answer(NO_ETC, "", rmdir)).isEqualTo(Response.proceed());
    }

    /** Otherwise a container could change the type after the decision. */
    @Test
    void theKernelNeverReadsAgainWhatARuleHasLookedAt() throws Exception {
        Policy policy = open(rules("g", rule("mount", types("proc"), DENY)));
        assertThat(answer(policy, "", new RuledCall("mount", "mount").type("proc")))
                .isEqualTo(DENIED);
        RuledCall tmpfs = new RuledCall("mount", "mount").type("tmpfs");
        assertThat(answer(policy, "", tmpfs)).isEqualTo(RuledCall.MADE);
        assertThat(tmpfs.effects).containsExactly("mountAsCaller");

        Policy creating = open(rules("g", rule("open", flags(0100), DENY)));
        assertThat(answer(creating, "", new RuledCall("openat", "open"))).isEqualTo(Response.proceed());
        assertThat(answer(creating, "", new RuledCall("openat2", "open"))).isEqualTo(RuledCall.MADE);
    }

    @Test
    void theNewerMountInterfaceDoesNotGoRoundRulesForMounts() throws Exception {
        Policy policy = open(rules("g", rule("mount", types("proc"), DENY)));
        assertThat(answer(policy, "", new RuledCall("fsopen", "fsopen"))).isEqualTo(Response.failure(Errno.ENOSYS));
        assertThat(NotifiedCalls.of(policy.grants().values())).contains("mount", "fsopen", "move_mount");
    }

    @Test
    void aRuleForRmdirIsForUnlinkatThatRemovesAFolderToo() throws Exception {
        Policy policy = open(rules("g", rule("rmdir", paths("/etc/**"), DENY)));
        assertThat(NotifiedCalls.of(policy.grants().values())).contains("rmdir", "unlinkat");
        RuledCall removesFolder =
                new RuledCall("unlinkat", "unlink").number(1, 0x200).leadingTo("/etc/x");
        assertThat(answer(policy, "", removesFolder)).isEqualTo(DENIED);
        assertThat(answer(policy, "", new RuledCall("unlinkat", "unlink").leadingTo("/etc/x")))
                .isEqualTo(Response.proceed());
    }

    /** These make all calls of 32-bit programs for sockets, and runtimes allow them. */
    @Test
    void aRuleForACallIsForTheCallThatMultiplexesItToo() throws Exception {
        Policy policy = open(rules("g", rule("socket", When.ALWAYS, DENY), rule("shmget", uid(5), DENY)));
        assertThat(NotifiedCalls.of(policy.grants().values())).contains("socket", "socketcall", "ipc");
        assertThat(answer(policy, "", new RuledCall("socketcall", "socketcall").number(0, 1)))
                .isEqualTo(DENIED);
        assertThat(answer(policy, "", new RuledCall("socketcall", "socketcall").number(0, 2)))
                .isEqualTo(Response.proceed());
        RuledCall shmget = new RuledCall("ipc", "ipc").number(0, 23 | 1 << 16);
        assertThat(answer(policy, "", shmget)).isEqualTo(Response.proceed());
        assertThat(answer(policy, "", shmget.uid(5))).isEqualTo(DENIED);
    }

    @Test
    void theRuleLooksAtTheFolderThatTheGrantMakes() throws Exception {
        Policy policy = open(metadata("suffix", "MKDIR_TMPL=-x"), rules("g", rule("mkdir", paths("/etc/a-x"), DENY)));
        assertThat(answer(policy, "", RuledCall.mkdir("/etc/a"))).isEqualTo(DENIED);
        RuledCall other = RuledCall.mkdir("/etc/b");
        assertThat(answer(policy, "", other)).isEqualTo(RuledCall.MADE);
        assertThat(other.effects).containsExactly("mkdir-x");
    }

    @Test
    void aDelayWaitsBeforeTheCallTakesEffect() throws Exception {
        Policy policy = open(rules(
                "g",
                rule("mkdir", paths("/slow/**"), new Action.Delay(Duration.ofSeconds(2))),
                rule("mkdir", When.ALWAYS, new Action.Delay(Duration.ofSeconds(3))),
                rule("mkdir", paths("/slow/no"), DENY)));
        RuledCall slow = RuledCall.mkdir("/slow/x");
        assertThat(answer(policy, "", slow)).isEqualTo(RuledCall.MADE);
        assertThat(slow.effects).containsExactly("delay PT2S", "delay PT3S", "mkdir");

        assertThat(answer(policy, "", RuledCall.mkdir("/slow/no"))).isEqualTo(DENIED);
        RuledCall quick = RuledCall.mkdir("/quick");
        answer(policy, "", quick);
        assertThat(quick.effects).containsExactly("delay PT3S", "mkdir");
    }

    @Test
    void aRuleKillsAfterItIsKnownThatTheCallIsNotMade() throws Exception {
        Policy policy = open(rules("g", rule("mkdir", paths("/etc/**"), new Action.Kill())));
        RuledCall killed = RuledCall.mkdir("/etc/x");
        assertThat(answer(policy, "", killed)).isEqualTo(Response.failure(Errno.EPERM));
        assertThat(killed.effects).containsExactly("kill");
    }

    @Test
    void aProfilesOwnRefusalStaysForWhatNoRuleAllows() throws Exception {
        Policy policy = open(rules("g", rule("mkdir", paths("/data/**"), ALLOW), rule("rmdir", uid(5), CONTINUE)));
        String base = "BASE=mkdirat:EPERM,rmdir:ENOSYS,chmod:allow,clone3:ENOSYS";
        assertThat(answer(policy, base, RuledCall.mkdir("/data/x"))).isEqualTo(RuledCall.MADE);
        assertThat(answer(policy, base, RuledCall.mkdir("/etc/x"))).isEqualTo(Response.failure(Errno.EPERM));
        assertThat(answer(policy, base, new RuledCall("rmdir", "rmdir").uid(5))).isEqualTo(Response.proceed());
        assertThat(answer(policy, base, new RuledCall("rmdir", "rmdir").uid(6)))
                .isEqualTo(Response.failure(Errno.ENOSYS));
        assertThat(answer(policy, base, new RuledCall("clone3", "clone3"))).isEqualTo(Response.failure(Errno.ENOSYS));
        assertThat(answer(policy, base, new RuledCall("chmod", "chmod"))).isEqualTo(Response.proceed());
    }

    /** A grant of FUSE mounts grants no others. */
    @Test
    void aProfilesOwnRefusalStaysForWhatMetadataDoesNotGrant() throws Exception {
        Policy policy = open(metadata("fuse", "MOUNT_OTHER_FS_LIST=fuse"));
        RuledCall fuse = new RuledCall("mount", "mount").type("fuse");
        assertThat(answer(policy, "BASE=mount:EPERM", fuse)).isEqualTo(RuledCall.MADE);
        RuledCall tmpfs = new RuledCall("mount", "mount").type("tmpfs");
        assertThat(answer(policy, "BASE=mount:EPERM", tmpfs)).isEqualTo(Response.failure(Errno.EPERM));
        assertThat(answer(policy, "", tmpfs)).isEqualTo(Response.proceed());
    }

    @Test
    void aDefaultActionIsForCallsThatNothingElseHandles() throws Exception {
        Policy policy =
                open(metadata("d", "DEFAULT_ACTION=errno:EROFS"), rules("g", rule("mkdir", paths("/data/**"), ALLOW)));
        assertThat(answer(policy, "", RuledCall.mkdir("/data/x"))).isEqualTo(RuledCall.MADE);
        assertThat(answer(policy, "", RuledCall.mkdir("/x"))).isEqualTo(Response.failure(Errno.EROFS));
    }

    @Test
    void anExecutionIsDelayedByThePathAsItsCallerWroteIt() throws Exception {
        Policy policy = open(rules("g", rule("execve", paths("/bin/*"), new Action.Delay(Duration.ofSeconds(2)))));
        RuledCall delayed = new RuledCall("execve", "execve").leadingTo("/bin/true");
        assertThat(answer(policy, "", delayed)).isEqualTo(Response.proceed());
        assertThat(delayed.effects).containsExactly("delay PT2S");
    }
}
