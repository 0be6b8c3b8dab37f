package io.github.seccompagent.app.distribution;

import io.github.seccompagent.app.e2e.fixture.AgentProcess;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.SmallContainer;
import io.github.seccompagent.linux.peer.AdministratorConnection;
import io.github.seccompagent.linux.peer.AdministratorSocket;
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
    private static final int LONGEST_ANSWER = 10_000;
    private static final int PATIENCE_MILLIS = 10_000;

    private Training() {}

    public static void main(String... args) throws IOException, InterruptedException {
        try (AgentProcess agent = AgentProcess.start("demo-basic", "--metrics-bind-address=127.0.0.1:0")) {
            Scrape.metrics(agent);
            train(agent);
        } catch (SmallContainer.LaunchException | AssertionError e) {
            System.err.println("no archive of classes is made, because the agent cannot work here: " + e.getMessage());
        }
    }

    /** Has the agent serve a container, and ends it. */
    static void train(AgentProcess agent) throws SmallContainer.LaunchException, IOException {
        serveContainer(agent);
        askAsPs(agent.socket());
        agent.terminate();
        agent.awaitEnd();
    }

    /** Has an agent of a keeper do the same, and the next one go on. */
    static void trainKept(AgentProcess agent) throws SmallContainer.LaunchException, IOException {
        List<String> sleeping = List.of("/bin/sleep", "1000");
        try (SmallContainer container = SmallContainer.start(command(sleeping))) {
            handOver(container, agent.socket());
            agent.awaitLog("serving process " + container.pid());
            ProcessHandle.of(agent.pid())
                    .orElseThrow()
                    .descendants()
                    .filter(each -> each.info().command().orElse("").endsWith("/java"))
                    .forEach(ProcessHandle::destroy);
            agent.awaitLog("listeners of the agent before this one: 1");
        }
        train(agent);
    }

    private static SmallContainer.Command command(List<String> words) {
        return new SmallContainer.Command("", "training", "/", words, Map.of("PATH", "/usr/bin:/bin"), NOTIFIED);
    }

    private static void serveContainer(AgentProcess agent) throws SmallContainer.LaunchException, IOException {
        List<String> script = List.of("/bin/sh", "-c", "mkdir /tmp/a; chmod 700 /tmp; mount -t proc proc /tmp");
        try (SmallContainer container = SmallContainer.start(command(script))) {
            handOver(container, agent.socket());
            container.await();
        }
    }

    private static void askAsPs(Path socket) throws IOException {
        byte[] request = "{\"version\":1,\"command\":\"ps\"}\n".getBytes(StandardCharsets.US_ASCII);
        Path control = socket.resolveSibling(socket.getFileName() + ".control");
        try (AdministratorConnection agent = AdministratorSocket.connect(control)) {
            agent.output().write(request);
            agent.readLine(LONGEST_ANSWER, PATIENCE_MILLIS);
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
