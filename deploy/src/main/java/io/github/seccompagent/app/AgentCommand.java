package io.github.seccompagent.app;

import io.github.seccompagent.runtime.SeccompAgent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The agent behind a socket that container runtimes connect to. */
@Command(
        name = "seccomp-agent",
        description = {
            "Serves the seccomp listeners that container runtimes hand over on a socket: a profile's listenerPath.",
            "Says \"listening on PATH\" when it is ready, and runs until it gets SIGTERM or SIGINT."
        },
        synopsisSubcommandLabel = "[COMMAND]")
final class AgentCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions(Logging.Level.INFO);

    @Option(
            names = "--resolver",
            paramLabel = "NAME",
            description = "Who chooses the handlers of a container: none, demo-basic, metadata, pass-through."
                    + " Default: ${DEFAULT-VALUE}")
    private String resolver = "none";

    @Option(
            names = "--socketfile",
            paramLabel = "PATH",
            description = "The socket to listen on. Default: ${DEFAULT-VALUE}")
    private Path socket = Path.of("/run/seccomp-agent.socket");

    @Option(
            names = "--metrics-bind-address",
            paramLabel = "HOST:PORT",
            converter = BindAddress.Converter.class,
            description = "Where to serve metrics for Prometheus over HTTP, under /metrics. Default: nowhere")
    private @Nullable BindAddress metrics;

    @Option(
            names = "--allow-uid",
            paramLabel = "UID",
            description = "A uid whose processes may connect without CAP_SYS_ADMIN. May be repeated.")
    private List<Integer> allowedUids = new ArrayList<>();

    @Option(
            names = "--strict-peers",
            description = "Refuse a peer that ended before its capabilities could be looked at.")
    private boolean strictPeers;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "DURATION",
            converter = GoDuration.class,
            description = "How long a connection may take to bring its container process state: 500ms, 30s, 1m30s."
                    + " Default: 30s")
    private Duration handshakeTimeout = Duration.ofSeconds(30);

    private static void end(SeccompAgent agent) {
        agent.close();
        Logging.flush();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        common.configureLogging();
        SeccompAgent.Builder builder = SeccompAgent.builder()
                .resolver(CommonOptions.resolver(resolver))
                .socket(socket)
                .strictPeers(strictPeers)
                .handshakeTimeout(handshakeTimeout);
        allowedUids.forEach(builder::allowUid);
        try (SeccompAgent agent = builder.start();
                MetricsEndpoint endpoint = MetricsEndpoint.start(metrics, agent)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(agent), "shutdown"));
            System.out.println("listening on " + socket);
            endpoint.announce();
            agent.join();
        }
        return 0;
    }
}
