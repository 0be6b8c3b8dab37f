package io.github.seccompagent.app.e2e.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends a real container process state to the agent in ways that runtimes are free to choose. */
class StateInPiecesIT {
    @AutoClose
    private static final AgentProcess AGENT = AgentProcess.start("demo-basic");

    @ParameterizedTest
    @EnumSource
    void bytesOneByOneWithUnknownFields(OciRuntime runtime) throws IOException {
        try (TempFolder folder = TempFolder.create();
                StateCatcher catcher = StateCatcher.listen(folder.resolve("catcher.socket"))) {
            CompletableFuture<Void> sentOn = CompletableFuture.runAsync(() -> catcher.next(this::sendOn));
            OciBundle bundle = OciBundle.notifying(catcher.path()).command("sh", "-c", "mkdir /x; sleep 1000000");
            try (OciContainer container = OciContainer.start(runtime, bundle)) {
                sentOn.join();

                Await.until("the folder").until(() -> container.hasFolder("/x" + container.suffix()));
                assertThat(container.isRunning()).isTrue();
            }
        }
    }

    private void sendOn(byte[] state, FileDescriptor listener) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode more = (ObjectNode) mapper.readTree(state);
        more.put("futureField", "}{\"");
        ((ObjectNode) more.path("state")).putArray("more").add(1).addObject().put("é", true);
        try (RawClient client = RawClient.connect(AGENT.socket())) {
            client.sendInPieces(mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(more), listener);
        }
    }
}
