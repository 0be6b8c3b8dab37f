package io.github.seccompagent.app.e2e.caller;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.FlushlessFuse;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A descriptor that is opened on behalf of a caller belongs to the caller alone when the caller goes on. */
class DeliveryIT {
    private static final int MORE_THAN_THREADS = 8;

    @AutoClose
    private final TempFolder folder = TempFolder.create();

    private final Path socket = folder.resolve("agent.socket");

    private OciBundle opens() {
        return OciBundle.notifying(socket)
                .notified("open", "openat", "mkdir", "mkdirat")
                .metadata("PASS_OPEN=true");
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseHasItOpen(OciRuntime runtime) throws IOException {
        try (AgentProcess agent = AgentProcess.startAt(socket, "pass-through");
                OciContainer container = OciContainer.start(runtime, opens())) {
            Files.copy(TestPrograms.CLOSES, container.rootfs().resolve("closes"), StandardCopyOption.COPY_ATTRIBUTES);

            String seen = container.shell("cd /home; /closes 300").orFail();

            assertThat(seen).isEqualTo("busy 0, locked 0, not leased 0, without end 0");
            assertThat(agent.isAlive()).isTrue();
        }
    }

    /**
     * A close that never ends blocks a worker. It does not block the caller, and the agent can still be killed and
     * replaced.
     */
    @Test
    void aFileThatCannotBeClosedIsNobodyElsesAffair() throws IOException {
        AgentProcess agent = AgentProcess.startAt(socket, "pass-through");
        try (FlushlessFuse fuse = new FlushlessFuse();
                OciContainer container = OciContainer.start(OciRuntime.RUNC, opens().bind(fuse.folder(), "/fuse"));
                OciContainer other = OciContainer.start(OciRuntime.RUNC, opens())) {
            List<Process> openers = new ArrayList<>();
            for (int i = 0; i < MORE_THAN_THREADS; i++) {
                openers.add(container.begin("exec 3</fuse/file; mkdir /opened-" + i + "; sleep 1000"));
            }
            IntStream.range(0, MORE_THAN_THREADS)
                    .forEach(i -> Await.until("the file is open").until(() -> container.hasFolder("/opened-" + i)));
            other.shell("mkdir /made; echo x >/made/file").orFail();

            agent.close(); // kills the agent, and waits
            try (AgentProcess next = AgentProcess.startAt(socket, "pass-through");
                    OciContainer later = OciContainer.start(OciRuntime.RUNC, opens())) {
                later.shell("mkdir /made").orFail();
                assertThat(next.isAlive()).isTrue();
            }
            openers.forEach(Process::destroyForcibly);
            fuse.end();
        }
    }

    /** The same holds for a descriptor that a mount is made from, because the agent never has it. */
    @Test
    void aFileThatFuseIsToBeMadeOfIsNobodyElsesAffair() throws IOException {
        AgentProcess agent = AgentProcess.startAt(socket, "metadata");
        try (FlushlessFuse fuse = new FlushlessFuse();
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(socket)
                                .notified("mount")
                                .userNamespace()
                                .metadata("MOUNT_OTHER_FS_LIST=fuse")
                                .bind(fuse.folder(), "/home"))) {
            Files.copy(
                    TestPrograms.MOUNT_FILE,
                    container.rootfs().resolve("mountfile"),
                    StandardCopyOption.COPY_ATTRIBUTES);
            Process mounting = container.begin("exec /mountfile /home/file /tmp");
            BufferedReader output = mounting.inputReader();
            Await.until("the mount is refused").until(output::ready);
            assertThat(output.readLine()).isEqualTo("mount: Invalid argument");

            agent.close();
            AgentProcess.startAt(socket, "metadata").close();
            mounting.destroyForcibly();
            fuse.end();
        }
    }
}
