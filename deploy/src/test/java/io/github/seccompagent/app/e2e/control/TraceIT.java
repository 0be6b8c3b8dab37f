package io.github.seccompagent.app.e2e.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.ShownOutput;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The command trace shows calls as strace does. */
class TraceIT {

    @Test
    void showsACallItsArgumentsAndItsAnswer() {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
                Asked text = Asked.begin(agent, "trace", "--follow");
                Asked json = Asked.begin(agent, "trace", "--follow", "--json")) {
            container.shell("mkdir /a; chmod 751 /").out();

            assertThat(text.await("mkdir"))
                    .matches("[0-9:.]{15} " + container.id()
                            + " \\[[0-9]+ [a-z]+] mkdir(at\\(AT_FDCWD, |\\()\"/a\", 0777\\) = 0 <[0-9.]+> on behalf");
            assertThat(text.await("chmod"))
                    .contains(", 0751)", " = -1 EBADMSG <", "> by the handler")
                    .as("what the handler has not read is not read for this either")
                    .doesNotContain("\"/\"");
            String shown = (text.await("mkdir") + "\n" + text.await("chmod")).replace(container.id(), "web");
            assertThat(ShownOutput.steady(shown)).isEqualTo(ShownOutput.of("trace"));
            JsonNode call = Asked.json(json.await("\"mkdir\""));
            assertThat(call.path("container").asText()).isEqualTo(container.id());
            assertThat(call.path("family").asText()).isEqualTo("mkdir");
            assertThat(call.path("answer").asText()).isEqualTo("value");
            assertThat(call.path("value").asInt()).isZero();
            assertThat(call.path("by").asText()).isEqualTo("on-behalf");
            assertThat(call.path("refused").asBoolean()).isFalse();
            JsonNode refused = Asked.json(json.await("EBADMSG"));
            assertThat(refused.path("errno").asText()).isEqualTo("EBADMSG");
            assertThat(refused.path("refused").asBoolean()).isTrue();
        }
    }

    @Test
    void filters() {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer one = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
                OciContainer other = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
                Asked ofOne = Asked.begin(agent, "trace", "--follow", "--container=" + one.id());
                Asked ofFamily = Asked.begin(agent, "trace", "--follow", "--call=unlink,mkdir");
                Asked ofAnswer = Asked.begin(agent, "trace", "--follow", "--answer=EBADMSG");
                Asked ofPod = Asked.begin(agent, "trace", "--follow", "--pod=default/none");
                Asked counted = Asked.begin(agent, "trace", "--count=1", "--container=" + one.id())) {
            other.shell("mkdir /other; chmod 700 /").out();
            one.shell("mkdir /one; chmod 700 /").out();

            ofOne.await("/one");
            ofOne.await("EBADMSG");
            assertThat(ofOne.lines()).noneMatch(line -> line.contains(other.id()));
            ofFamily.await("/one");
            assertThat(ofFamily.lines()).isNotEmpty().allMatch(line -> line.contains("mkdir"));
            Await.until("both").until(() -> ofAnswer.lines().size() >= 2);
            assertThat(ofAnswer.lines()).allMatch(line -> line.contains("chmod"));
            assertThat(ofPod.lines()).isEmpty();
            counted.await(one.id());
            Await.until("its end").until(() -> !counted.isAlive());
            assertThat(counted.lines()).hasSize(1);
        }
    }

    @Test
    void endsWhenTheTimeIsOver() {
        try (AgentProcess agent = AgentProcess.start("none")) {
            Asked.awaitControl(agent);
            long begin = System.nanoTime();

            assertThat(Asked.toEnd(agent.socket(), "trace", "--seconds=0.5").orFail())
                    .isEmpty();
            assertThat((System.nanoTime() - begin) / 1e9).isBetween(0.5, 20.0);
        }
    }

    @Test
    void optionsOfAMountAreSecret() {
        try (AgentProcess agent = AgentProcess.start("pass-through");
                OciContainer container = OciContainer.start(
                        OciRuntime.RUNC,
                        OciBundle.notifying(agent.socket()).notified("mount").with("CAP_SYS_ADMIN"));
                Asked trace = Asked.begin(agent, "trace", "--follow", "--json")) {
            container.shell("mount -t tmpfs none /home -o mode=700,nosuid").orFail();
            container.shell("mount -t tmpfs none /root -o password=hunter2").out();
            container
                    .shell("mount -t tmpfs //hunter2:hunter2@host/share /root -o size=1m")
                    .out();

            assertThat(trace.await("mount", "/home")).contains("tmpfs", "MS_NOSUID", "\"...\"");
            trace.await("mount", "/root", "EINVAL");
            Await.until("all").until(() -> trace.lines().size() >= 3);
            assertThat(trace.lines()).noneMatch(line -> line.contains("hunter2"));
            assertThat(agent.log()).noneMatch(line -> line.contains("hunter2"));
        }
    }

    @Test
    void aContainerForgesNothing() {
        try (AgentProcess agent = AgentProcess.start("demo-basic");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()));
                Asked text = Asked.begin(agent, "trace", "--follow");
                Asked json = Asked.begin(agent, "trace", "--follow", "--json")) {
            String name = "$(printf '/x\\n12:00:00 forged\\033[2J\\302\\205\\342\\200\\256\"end')";
            container
                    .shell("printf 'a\\nb\\033c' > /proc/self/comm; mkdir \"" + name + "\"")
                    .out();

            String line = text.await("mkdir");
            assertThat(line).contains("\\x0a12:00:00 forged\\x1b[2J").matches("[ -~]*");
            assertThat(text.lines()).allMatch(each -> each.matches("[ -~]*") && !each.startsWith("12:00:00 f"));
            assertThat(json.await("mkdir")).matches("[ -~]*");
        }
    }

    @Test
    void whoDoesNotReadLosesCallsAndDelaysNobody() throws IOException {
        try (AgentProcess agent = AgentProcess.start("demo-basic", "--log=warn");
                OciContainer container = OciContainer.start(OciRuntime.RUNC, OciBundle.notifying(agent.socket()))) {
            Asked.awaitControl(agent);
            String calls = "i=0; while [ $i -lt 8000 ]; do chmod 700 /; i=$((i+1)); done 2>/dev/null";
            String busybox = "exec 2>/dev/null; " + calls;
            double alone = seconds(container, busybox);
            try (SocketChannel silent = Asked.silent(agent.socket())) {
                double watched = seconds(container, busybox);
                assertThat(watched).isLessThan(3 * alone + 1);

                String rest = lastOf(silent);
                assertThat(rest).contains("\"type\":\"lost\"");
            }
        }
    }

    private static double seconds(OciContainer container, String line) {
        long begin = System.nanoTime();
        Command.Result result = container.shell(line);
        assertThat(result.status()).as(result.output()).isGreaterThanOrEqualTo(0);
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Reads until the agent has told what was lost. */
    private static String lastOf(SocketChannel silent) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[65_536];
        while (all.indexOf("\"lost\"") < 0) {
            int count = Channels.newInputStream(silent).read(buffer);
            if (count < 0) {
                throw new AssertionError("the agent has ended the connection after " + all.length());
            }
            all.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
        }
        return all.toString();
    }
}
