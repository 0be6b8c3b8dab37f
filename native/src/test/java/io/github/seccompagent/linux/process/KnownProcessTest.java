package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Processes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnownProcessTest {
    private static final String[] USER = {"setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"};
    private static final String[] NAMESPACE = {"unshare", "--user", "--map-root-user"};

    private interface Check {
        boolean of(int pid);
    }

    private static boolean check(Check check, String[]... wrappers) throws Exception {
        String[] command = Stream.concat(Stream.of(wrappers).flatMap(Stream::of), List.of("sleep", "1000").stream())
                .toArray(String[]::new);
        Process process = Processes.start("sleep", command);
        try {
            return check.of((int) process.pid());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aUserCouldSignalItsOwn() throws Exception {
        Check isOfUser = pid -> KnownProcess.of(pid).isOfUser(1234);

        assertThat(check(isOfUser, USER)).isTrue();
        assertThat(check(isOfUser)).isFalse();
        assertThat(check(isOfUser, NAMESPACE)).isFalse();
    }

    @Test
    void andWhatIsInAUserNamespaceOfItsMaking() throws Exception {
        Check isBelowUser = pid -> UserNamespace.isBelowUser(pid, 1234);

        assertThat(check(isBelowUser, USER, NAMESPACE)).isTrue();
        assertThat(check(isBelowUser, NAMESPACE)).isFalse();
        assertThat(check(isBelowUser, USER)).isFalse();
        assertThat(check(isBelowUser, USER, NAMESPACE, NAMESPACE)).isTrue();
        assertThat(check(isBelowUser, NAMESPACE, NAMESPACE)).isFalse();
    }
}
