package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Handlers that make calls on behalf of the target. */
class OnBehalfTest {
    private static final List<String> MKDIR = List.of("mkdir", "mkdirat");

    @Test
    void aFolderIsMadeWithTheCallersOwnerAndUmask() throws Exception {
        String script = "umask 027; mkdir /abc && test \"$(/bin/busybox stat -c %a:%u:%g /abc-x)\" = 750:0:0"
                + " && ! test -e /abc";

        assertThat(status(script, MKDIR, "mkdir", OnBehalfTest::mkdirWithSuffix))
                .isZero();
    }

    @Test
    void anotherUserMakesItWhereItMayOnly() throws Exception {
        String script = "umask 0; mkdir /t; umask 022;"
                + "/usr/bin/setpriv --reuid 1001 --regid 1002 --clear-groups /bin/busybox sh -c '"
                + "/bin/busybox mkdir /denied 2>&1 | grep -q denied && cd /t-x && /bin/busybox mkdir rel'"
                + " && test \"$(/bin/busybox stat -c %a:%u:%g /t-x/rel-x)\" = 755:1001:1002";

        assertThat(status(script, MKDIR, "mkdir", OnBehalfTest::mkdirWithSuffix))
                .isZero();
    }

    @Test
    void theErrorsAreThoseOfTheKernel() throws Exception {
        String script = "mkdir /no/where 2>&1 | grep -q 'No such file' && mkdir /same; mkdir /same 2>&1"
                + " | grep -q 'File exists' && : > /file && mkdir /file/x 2>&1 | grep -q 'Not a directory'";

        assertThat(status(script, MKDIR, "mkdir", OnBehalfTest::mkdirWithSuffix))
                .isZero();
    }

    private static Response mkdirWithSuffix(NotifiedCall call) {
        return call.onBehalf().mkdir(call.path(0).withSuffix("-x"), call.mode(1));
    }

    @Test
    void aProcThatIsMountedHasWhatRuntimesCover() throws Exception {
        String script = "cd /mnt; mount -t proc none . && cd / && test \"$(cat /mnt/1/comm)\" = busybox"
                + " && test ! -s /mnt/kcore && ! echo 1 > /mnt/sys/kernel/printk 2>/dev/null"
                + " && ! echo > /mnt/sysrq-trigger && test -r /mnt/self/status";

        assertThat(status(
                        "exec 2>/dev/null; " + script,
                        List.of("mount"),
                        "mount",
                        call -> call.onBehalf().mount(call.string(0), call.path(1), "proc", call.argument(3), null)))
                .isZero();
    }

    private static int status(String script, List<String> notified, String family, SyscallHandler handler)
            throws Exception {
        try (SeccompAgent agent = SeccompAgent.builder()
                        .resolver(container ->
                                HandlerRegistry.builder().on(family, handler).build())
                        .start();
                Script running = Script.start(agent, "a", script, notified)) {
            int status = running.await();
            assertThat(agent.counters().get(Counter.ON_BEHALF_CALLS)).isPositive();
            assertThat(agent.counters().get(Counter.ON_BEHALF_ERRORS)).isZero();
            return status;
        }
    }
}
