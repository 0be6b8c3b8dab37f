package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A container that makes folders of other names and executes programs all the time, until it is told to stop. It says
 * what came of each call.
 */
final class Caller implements AutoCloseable {
    private final OciContainer container;
    private final Calls folders;
    private final Calls programs;
    private final List<Process> calling;

    private Caller(OciContainer container) {
        this.container = container;
        folders = Calls.madeFolders(container.rootfs());
        programs = Calls.ranPrograms(container.rootfs());
        container.makeFolder("/d", 0, 0, "755");
        calling = List.of(container.begin(Calls.FOLDERS), container.begin(Calls.PROGRAMS));
    }

    /** Starts one whose calls an agent with the resolver pass-through makes on its behalf. */
    static Caller start(OciRuntime runtime, Path socket) {
        return new Caller(OciContainer.start(
                runtime, OciBundle.notifying(socket).notified("mkdir", "mkdirat", "execve", "execveat")));
    }

    OciContainer container() {
        return container;
    }

    /** Waits until it has made more calls. */
    void awaitMore() {
        folders.awaitMore();
        programs.awaitMore();
    }

    /** Has it end, and requires that nothing was refused, lost or done twice. */
    void requireNothingSeen() throws Exception {
        assertThat(finish()).as("calls that failed").isEmpty();
    }

    /** Has it end, and returns the calls that failed. Whatever else there is must be as the container was told. */
    List<String> finish() throws Exception {
        Calls.stop(container.rootfs());
        for (Process each : calling) {
            assertThat(OciContainer.awaitEnd(each)).isZero();
        }
        return Stream.concat(folders.failed().stream(), programs.failed().stream())
                .toList();
    }

    @Override
    public void close() {
        container.close();
    }
}
