package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.Credentials.Ids;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ThreadInterrupt;
import io.github.seccompagent.linux.fixture.Processes;
import io.github.seccompagent.linux.fixture.Shell;
import io.github.seccompagent.linux.fixture.Texts;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.libc.LibC;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadStatusTest {
    private static final String TEXT = """
            Name:\tUid:\t7
            Umask:\t0027
            State:\tS (sleeping)
            Tgid:\t1203
            Ngid:\t0
            Pid:\t1204
            PPid:\t1
            TracerPid:\t0
            Uid:\t1000\t1001\t1002\t1003
            Gid:\t2000\t2001\t2002\t4294967294
            FDSize:\t64
            Groups:\t4 24 4294967294\s
            NStgid:\t1203\t5
            NSpid:\t1204\t6
            NSpgid:\t1203\t5
            VmPeak:\t    8436 kB
            CapInh:\t0000000000000000
            CapPrm:\t000001ffffffffff
            CapEff:\tffffffffa80425fb
            CapBnd:\t000001ffffffffff
            NoNewPrivs:\t1
            Seccomp:\t2
            """;

    @Test
    void allFieldsAreRead() {
        ThreadStatus status = parse(TEXT);

        assertThat(status.threadGroupId()).isEqualTo(1203);
        assertThat(status.processIds()).containsExactly(1203, 5);
        assertThat(status.threadIds()).containsExactly(1204, 6);
        assertThat(status.user()).isEqualTo(new Ids(1000, 1001, 1002, 1003));
        assertThat(status.group()).isEqualTo(new Ids(2000, 2001, 2002, -2));
        assertThat(status.groups()).containsExactly(4, 24, -2);
        assertThat(status.effectiveCapabilities()).isEqualTo(0xffffffffa80425fbL);
        assertThat(status.umask()).isEqualTo(027);
        assertThat(status.noNewPrivileges()).isTrue();
    }

    @Test
    void thereMayBeNoGroups() {
        assertThat(parse(TEXT.replaceAll("Groups:.*", "Groups:\t ")).groups()).isEmpty();
    }

    @Test
    void allGroupsAreRead() {
        List<Integer> many = IntStream.range(1000, 1000 + 65_536).boxed().toList();
        String line = many.stream().map(String::valueOf).collect(Collectors.joining(" "));

        assertThat(parse(TEXT.replaceAll("Groups:.*", "Groups:\t" + line)).groups())
                .isEqualTo(many);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Uid:\t1\t2\t3", "Uid:\t1\t2\t3\t4\t5", "Uid:\t"})
    void withoutFourIdsItIsNoStatus(String ids) {
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> parse(TEXT.replaceAll("Uid:\t1000.*", ids)))
                .extracting(ErrnoException::errno)
                .isEqualTo(Errno.EIO);
    }

    /** The kernel allows no more. */
    @Test
    void tooManyNumbersAreAnError() {
        for (String line : List.of("Groups:" + "\t1".repeat(65_537), "NSpid:" + "\t1".repeat(34))) {
            String name = line.substring(0, line.indexOf(':'));
            assertThatExceptionOfType(ErrnoException.class)
                    .isThrownBy(() -> parse(TEXT.replaceAll(name + ":.*", line)))
                    .extracting(ErrnoException::errno)
                    .isEqualTo(Errno.EIO);
        }
    }

    /** Below the first pid namespace there may be 32 more. */
    @Test
    void aProcessMayBeInTheDeepestPidNamespace() throws Exception {
        String nest = "unshare --pid --fork bash -c \"$NEST\" 2>/dev/null || { echo; exec sleep 1000; }";
        ProcessBuilder nesting = new ProcessBuilder("bash", "-c", nest);
        nesting.environment().put("NEST", nest);
        Process outermost = nesting.start();
        try {
            assertThat(outermost.inputReader().readLine()).isEmpty();
            List<Integer> levels = outermost
                    .descendants()
                    .map(each -> ThreadStatus.of((int) each.pid()).threadIds().size())
                    .toList();
            assertThat(levels).contains(33);
        } finally {
            outermost.descendants().forEach(ProcessHandle::destroyForcibly);
            outermost.destroyForcibly();
        }
    }

    @Test
    void aZombieHasNoUmask() {
        assertThat(parse(TEXT.replaceAll("Umask:.*\n", "")).umask()).isZero();
    }

    @Test
    void newPrivilegesAreAllowedUnlessItSaysOtherwise() {
        assertThat(parse(TEXT.replace("NoNewPrivs:\t1", "NoNewPrivs:\t0")).noNewPrivileges())
                .isFalse();
    }

    /** The kernel escapes a name, so that it cannot look like another field. */
    @Test
    void theNameOfAThreadIsNoField() {
        assertThat(parse(TEXT.replace("Name:\tUid:\t7", "Name:\ta\\nCapEff:\t0")))
                .isEqualTo(parse(TEXT));
    }

    @Test
    void theStatusOfARealProcess() throws Exception {
        Process process = Processes.start(
                "sleep",
                "sh",
                "-c",
                "umask 031; exec setpriv --reuid 1001 --regid 1002 --groups 5,6,70000 --no-new-privs sleep 1000");
        try {
            int pid = (int) process.pid();
            assertThat(ThreadStatus.of(pid))
                    .isEqualTo(new ThreadStatus(
                            pid,
                            ThreadStatus.of(pid).processIds(),
                            ThreadStatus.of(pid).threadIds(),
                            new Ids(1001, 1001, 1001, 1001),
                            new Ids(1002, 1002, 1002, 1002),
                            List.of(5, 6, 70000),
                            0,
                            031,
                            true));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theFirstProcessOfAPidNamespaceIs1InIt() throws Exception {
        try (SmallContainer container = Shell.idle()) {
            assertThat(ThreadStatus.of(container.pid()).threadIds()).first().isEqualTo(container.pid());
            assertThat(ThreadStatus.of(container.pid()).threadIds()).last().isEqualTo(1);
        }
    }

    @Test
    void aThreadIsNotItsProcess() {
        assertThat(ThreadStatus.of(ThreadInterrupt.currentThreadId()).threadGroupId())
                .isEqualTo(LibC.getpid())
                .isNotEqualTo(ThreadInterrupt.currentThreadId());
    }

    @Test
    void aThreadThatIsGoneIsAnError() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> ThreadStatus.of((int) process.pid()))
                .extracting(ErrnoException::errno)
                .isIn(Errno.ENOENT, Errno.ESRCH);
    }

    private static ThreadStatus parse(String text) {
        return StatusFile.read(Texts.source(text));
    }
}
