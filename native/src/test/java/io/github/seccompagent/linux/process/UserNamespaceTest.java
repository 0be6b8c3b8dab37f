package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.helper.SmallContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UserNamespaceTest {

    @Test
    void aProcessWithoutOneOfItsOwnIsInTheAgents() throws Exception {
        try (SmallContainer container = Shell.idle();
                ThreadFolder thread = ThreadFolder.of(container.pid())) {
            assertThat(thread.isInAgentsUserNamespace()).isTrue();
            assertThat(isRoot(thread, 0)).isTrue();
            assertThat(isRoot(thread, 1000)).isFalse();
        }
    }

    @Test
    void inAnotherNamespaceRootIsWhoeverIsMappedToIt() throws Exception {
        withUserNamespace("0 100000 65536\n", thread -> {
            assertThat(UserNamespace.isOwn(thread.userNamespace())).isFalse();
            assertThat(isRoot(thread, 100000)).isTrue();
            assertThat(isRoot(thread, 100001)).isFalse();
            assertThat(isRoot(thread, 0)).isFalse();
        });
    }

    @Test
    void rootNeedNotBeTheFirstThatIsMapped() throws Exception {
        withUserNamespace("1000 100000 10\n0 3000000000 1\n", thread -> {
            assertThat(isRoot(thread, (int) 3000000000L)).isTrue();
            assertThat(isRoot(thread, 100000)).isFalse();
        });
    }

    @Test
    void aNamespaceWithoutAMapHasNoRoot() throws Exception {
        withUserNamespace("", thread -> assertThat(isRoot(thread, 0)).isFalse());
    }

    private static boolean isRoot(ThreadFolder thread, int uid) {
        return UserNamespace.isRoot(thread.userNamespace(), thread.id(), uid);
    }

    private interface Check {
        void of(ThreadFolder thread);
    }

    private static void withUserNamespace(String map, Check check) throws Exception {
        Process process = Processes.start("sleep", "unshare", "--user", "sleep", "1000");
        try {
            if (!map.isEmpty()) {
                Files.writeString(Path.of("/proc/" + process.pid() + "/uid_map"), map);
            }
            try (ThreadFolder thread = ThreadFolder.of((int) process.pid())) {
                check.of(thread);
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
