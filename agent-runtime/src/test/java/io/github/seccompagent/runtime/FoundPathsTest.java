package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.ResolvedPath;
import io.github.seccompagent.api.TargetString;
import io.github.seccompagent.linux.helper.FoundFile;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.helper.SmallContainer.Command;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Where a kernel finds no mount by its id, the tables of mounts tell. */
class FoundPathsTest {
    private static final KnownProcess GONE = new KnownProcess(1, -1);
    private static final int S_IFIFO = 010000;

    @AutoClose
    private final SmallContainer container = SmallContainer.start(new Command(
            "", "small", "/", List.of("/bin/busybox", "sleep", "1000"), Map.of("PATH", "/bin"), List.of("mkdir")));

    private final int pid = container.pid();
    private final KnownProcess first = KnownProcess.of(pid);
    private final MountNamespace namespace = MountNamespace.ofContainer(first, "");
    private final Process other;
    private int looks;

    FoundPathsTest() throws Exception {
        other = new ProcessBuilder("unshare", "--mount", "--propagation", "unchanged", "sleep", "1000").start();
        Awaitility.await()
                .until(() -> Files.readString(Path.of("/proc/" + other.pid() + "/comm"))
                        .equals("sleep\n"));
    }

    @AfterEach
    void end() throws InterruptedException {
        other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    private ResolvedPath path(MountNamespace where, KnownProcess firstProcess, long caller, FoundFile file) {
        ContainerProcessState state = new ContainerProcessState("", 1, "", new Container("c", "", 1, "", Map.of()));
        ServedContainer served =
                new ServedContainer(state, OptionalInt.empty(), "", where, firstProcess, Freezer.none("of a test"));
        return new FoundPaths(served, new FoundPaths.Caller() {
                    @Override
                    public void beginWork() {
                        looks++;
                    }

                    @Override
                    public int visibleThreadId() {
                        return (int) caller;
                    }

                    @Override
                    public void requireValid() {}
                })
                .of(file);
    }

    private static FoundFile file(String link, String name, int tableId) {
        return new FoundFile(TargetString.of(link), TargetString.of(name), 0, tableId, 0);
    }

    private static int mountAt(long process, String point) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process + "/mountinfo")).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields[4].equals(point))
                .mapToInt(fields -> Integer.parseInt(fields[0]))
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    private static void assertUnknown(ResolvedPath path) {
        assertThat(path.isKnown()).isFalse();
    }

    @Test
    void theFirstProcessSeesTheMount() throws Exception {
        ResolvedPath path = path(namespace, first, other.pid(), file("/etc", "x", mountAt(pid, "/")));

        assertThat(path.path()).isEqualTo(TargetString.of("/etc/x"));
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void theCallerSeesItWhenTheFirstProcessIsGone() throws Exception {
        ResolvedPath path = path(namespace, GONE, pid, file("/etc", "x", mountAt(pid, "/")));

        assertThat(path.path()).isEqualTo(TargetString.of("/etc/x"));
    }

    @Test
    void aMountOfAnotherNamespaceIsUnknown() throws Exception {
        FoundFile elsewhere = file("/etc", "x", mountAt(other.pid(), "/"));

        assertUnknown(path(namespace, first, other.pid(), elsewhere));
        assertUnknown(path(namespace, GONE, other.pid(), elsewhere));
        assertUnknown(path(namespace, new KnownProcess((int) other.pid(), 1), other.pid(), elsewhere));
    }

    @Test
    void aNamespaceThatIsUnknownHasNoPaths() throws Exception {
        assertUnknown(path(MountNamespace.UNKNOWN, first, pid, file("/etc", "x", mountAt(pid, "/"))));
        assertThat(looks).isZero();
    }

    @Test
    void whatWasMovedOutOfItsMountIsUnknown() throws Exception {
        int proc = mountAt(pid, "/proc");

        assertUnknown(path(namespace, first, pid, file("/etc", "x", proc)));
        assertThat(path(namespace, first, pid, file("/proc/1", "", proc)).path())
                .isEqualTo(TargetString.of("/proc/1"));
    }

    @Test
    void aMountThatCannotBeToldIsUnknown() {
        assertUnknown(path(namespace, first, pid, file("/etc", "x", 0)));
        assertUnknown(path(namespace, first, pid, new FoundFile(TargetString.of("/etc"), TargetString.of(), 1, 0, 0)));
    }

    @Test
    void onlyAFifoOfTheHostIsTold() throws Exception {
        int root = mountAt(ProcessHandle.current().pid(), "/");
        TargetString link = TargetString.of("/run/fifo");

        assertThat(path(namespace, first, pid, new FoundFile(link, TargetString.of(), 0, root, S_IFIFO))
                        .path())
                .isEqualTo(TargetString.of("fifo:/run/fifo"));
        assertUnknown(path(namespace, first, pid, new FoundFile(link, TargetString.of(), 0, root, 0100000)));
        assertUnknown(path(namespace, first, pid, new FoundFile(link, TargetString.of("x"), 0, root, S_IFIFO)));
        int elsewhere = mountAt(other.pid(), "/");
        assertUnknown(path(namespace, first, pid, new FoundFile(link, TargetString.of(), 0, elsewhere, S_IFIFO)));
    }
}
