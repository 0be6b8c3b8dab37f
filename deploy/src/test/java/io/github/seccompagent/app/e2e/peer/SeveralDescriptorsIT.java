package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.StateCatcher;
import io.github.seccompagent.app.e2e.fixture.TempFolder;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sends a real container process state with more descriptors than the listener. The n-th entry of "fds" names the n-th
 * descriptor.
 */
class SeveralDescriptorsIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    private static int descriptors;

    @ParameterizedTest
    @CsvSource({"RUNC,0,2", "RUNC,1,2", "RUNC,7,8", "CRUN,2,5"})
    void theListenerIsTakenByItsPlace(OciRuntime runtime, int place, int count) throws IOException {
        if (descriptors == 0) { // the agent has opened by now what it opens only once
            run(runtime, 0, 1);
            descriptors = AGENT.fdCount();
        }
        run(runtime, place, count);

        Await.until("as many descriptors as before").until(() -> AGENT.fdCount() <= descriptors);
    }

    private void run(OciRuntime runtime, int place, int count) throws IOException {
        try (TempFolder folder = TempFolder.create();
                StateCatcher catcher = StateCatcher.listen(folder.resolve("catcher.socket"))) {
            CompletableFuture<Void> sentOn = CompletableFuture.runAsync(
                    () -> catcher.next((state, listener) -> sendOn(state, listener, place, count)));
            OciBundle bundle = OciBundle.notifying(catcher.path()).command("sh", "-c", "mkdir /x; sleep 1000000");
            try (OciContainer container = OciContainer.start(runtime, bundle)) {
                sentOn.join();

                Await.until("the folder").until(() -> container.hasFolder("/x" + container.suffix()));
                assertThat(container.isRunning()).isTrue();
            }
        }
    }

    private static void sendOn(byte[] state, FileDescriptor listener, int place, int count) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode more = (ObjectNode) mapper.readTree(state);
        ArrayNode names = more.putArray("fds");
        FileDescriptor[] fds = new FileDescriptor[count];
        try (FileInputStream other = new FileInputStream("/dev/null");
                RawClient client = RawClient.connect(AGENT.socket())) {
            for (int i = 0; i < count; i++) {
                names.add(i == place ? "seccompFd" : "other" + i);
                fds[i] = i == place ? listener : other.getFD();
            }
            client.sendInPieces(mapper.writeValueAsBytes(more), fds);
        }
    }
}
