package io.github.seccompagent.app.distribution;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.SmallContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * Has the agent of the distribution do a bit of everything, so that the build can archive the classes that this takes.
 * Only root can do that. A distribution built by others starts more slowly.
 */
final class Training {
    private static final List<String> NOTIFIED = List.of("mkdir", "mkdirat", "chmod", "fchmodat", "mount");

    private Training() {}

    public static void main(String... args) throws IOException {
        try (AgentProcess agent = AgentProcess.start("demo-basic")) {
            train(agent);
        } catch (SmallContainer.LaunchException | AssertionError e) {
            System.err.println("no archive of classes is made, because the agent cannot work here: " + e.getMessage());
        }
    }

    /** Has the agent serve a container, and ends it. */
    static void train(AgentProcess agent) throws SmallContainer.LaunchException, IOException {
        serveContainer(agent);
        agent.terminate();
        agent.awaitEnd();
    }

    private static void serveContainer(AgentProcess agent) throws SmallContainer.LaunchException, IOException {
        List<String> script = List.of("/bin/sh", "-c", "mkdir /tmp/a; chmod 700 /tmp; mount -t proc proc /tmp");
        SmallContainer.Command command =
                new SmallContainer.Command("", "training", "/", script, Map.of("PATH", "/usr/bin:/bin"), NOTIFIED);
        try (SmallContainer container = SmallContainer.start(command)) {
            handOver(container, agent.socket());
            container.await();
        }
    }

    private static void handOver(SmallContainer container, Path socket) throws IOException {
        try (Fd listener = container.takeListener();
                RawClient runtime = RawClient.connect(socket)) {
            runtime.send(
                    stateOf(container.pid()).getBytes(StandardCharsets.UTF_8),
                    FileDescriptorCast.unsafeUsing(listener.number()).getFileDescriptor());
        }
    }

    private static String stateOf(int pid) {
        return """
                {"ociVersion": "1.0.2", "fds": ["seccompFd"], "pid": PID, "metadata": "", "state":
                 {"ociVersion": "1.0.2", "id": "training", "status": "creating", "pid": PID, "bundle": "/"}}\
                """.replace("PID", Integer.toString(pid));
    }
}
