package io.github.seccompagent.app;

import io.github.seccompagent.app.control.ControlServer;
import io.github.seccompagent.app.nri.Nri;
import io.github.seccompagent.app.policy.KeptPolicy;
import io.github.seccompagent.app.policy.PolicyWatch;
import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Seal;
import io.github.seccompagent.runtime.Keeper;
import io.github.seccompagent.runtime.SeccompAgent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The command {@code agent}: serves containers at a socket that container runtimes connect to. */
final class AgentCommand implements Command {
    private static final String DEFAULT_RESOLVER = "none";
    private static final Logging.Level DEFAULT_LEVEL = Logging.Level.INFO;
    static final String DEFAULT_SOCKET = "/run/seccomp-agent.socket";

    private static final String SOCKET = "socketfile";
    private static final String METRICS = "metrics-bind-address";
    private static final String ALLOW_UID = "allow-uid";
    private static final String ALLOW_UID_METADATA = "allow-uid-metadata";
    private static final String STRICT_PEERS = "strict-peers";

    private final CommandOptions options = LimitOptions.addTo(ownOptions());

    private static CommandOptions ownOptions() {
        return TaintOption.addTo(NriOption.addTo(PolicyOption.with(DEFAULT_RESOLVER, DEFAULT_LEVEL)))
                .value(SOCKET, "PATH", "The socket to listen on. Default: " + DEFAULT_SOCKET)
                .value(
                        METRICS,
                        "HOST:PORT",
                        "Where to serve /metrics for Prometheus, /healthz and /readyz over HTTP. PORT or :PORT means"
                                + " that port of all addresses. Default: nowhere")
                .value(
                        ALLOW_UID,
                        "UID",
                        "A uid that may hand over its own containers without CAP_SYS_ADMIN, at its own socket PATH.UID."
                                + " The agent does not believe what it says about them. May be repeated")
                .value(
                        ALLOW_UID_METADATA,
                        "UID:KEY=VALUE",
                        "A line of listenerMetadata for all containers of an allowed uid. Their own listenerMetadata is"
                                + " ignored. May be repeated")
                .flag(
                        STRICT_PEERS,
                        "Refuse a peer that ends before the agent can check its capabilities, also before Linux 6.5."
                                + " There, fast runtimes can end that early.");
    }

    @Override
    public String synopsis() {
        return "seccomp-agent [agent] [OPTION]...\n       seccomp-agent COMMAND [OPTION]...";
    }

    @Override
    public String description() {
        return """
                Serves the seccomp listeners that container runtimes hand over at a socket: a profile's listenerPath.
                Prints "listening on PATH" when it is ready, and runs until it gets SIGTERM or SIGINT.

                Other commands, each with a --help of its own:
                  keep              the same agent, which can be killed and updated while containers run
                  run               runs a program in a small container, with an agent
                  doctor            says what keeps the agent or its containers from working here
                  ps, trace, top    show what the running agent does
                  inspect           tells what seccomp does with each call of a process or container
                  record            makes a profile of what a program calls
                  policy check      says what is wrong with a policy
                  policy explain    says what a policy does with a call, and why
                  profile check     says what is wrong with a profile
                  profile make      makes the profile of containers that have grants
                  profile diff, profile merge, profile minimise""";
    }

    @Override
    public CommandOptions options() {
        return options;
    }

    @Override
    @SuppressWarnings("try") // some are only there to be closed
    public int run(List<String> arguments) throws IOException, InterruptedException {
        if (!arguments.isEmpty()) {
            throw new UsageException("unknown command '" + arguments.get(0) + "': see 'seccomp-agent --help'");
        }
        CommonOptions.configureLogging(options, DEFAULT_LEVEL);
        Keeper keeper = Keeper.ofEnvironment(); // before any other process could have what it gives
        Path socket = options.path(SOCKET, DEFAULT_SOCKET);
        BindAddress metrics = metricsAddress();
        Optional<TaintOption.Remover> taint = TaintOption.remover(options, System.getenv());
        PrometheusRegistry registry = new PrometheusRegistry();
        SeccompAgent.Builder builder =
                SeccompAgent.builder().socket(socket).keeper(keeper).strictPeers(options.has(STRICT_PEERS));
        LimitOptions.apply(options, builder);
        users().forEach((uid, metadata) -> builder.allowUid(uid, String.join("\n", metadata)));
        try (PolicyWatch policy = PolicyOption.start(options, KeptPolicy.besideSocket(socket), keeper.hasServed());
                Falco falco = CommonOptions.falco(options);
                ServerSocketChannel bound =
                        LateMetrics.bind(metrics, keeper); // first: the start tells the keeper READY
                SeccompAgent agent = builder.resolverName(resolverName(policy))
                        .resolver(PolicyOption.resolver(
                                policy,
                                NriOption.seal(options, policy, socket),
                                options,
                                DEFAULT_RESOLVER,
                                falco,
                                registry))
                        .start();
                Closeable parked = agent::park; // whatever fails from here on, the next agent goes on
                MetricsEndpoint endpoint = MetricsEndpoint.start(bound, registry, agent, falco);
                LateMetrics late =
                        metrics != null && bound == null ? LateMetrics.start(metrics, registry, agent, falco) : null) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(agent, falco), "shutdown"));
            try (ControlServer control = ControlServer.start(socket, resolverName(policy), agent)) {
                control.awaitSocket();
                System.out.println("listening on " + socket);
                if (endpoint != null) {
                    endpoint.announce();
                }
                serve(agent, policy, socket, registry, taint);
            }
        }
        return 0;
    }

    @SuppressWarnings("try") // some are only there to be closed
    private void serve(
            SeccompAgent agent,
            @Nullable PolicyWatch policy,
            Path socket,
            PrometheusRegistry registry,
            Optional<TaintOption.Remover> taint)
            throws InterruptedException {
        Optional<Seal> seal = NriOption.seal(options, policy, socket);
        try (Nri nri = NriOption.start(options, policy, seal, socket, agent, registry);
                StartupTaint startup = taint.map(each -> each.removeAfter(() -> awaitServing(agent, nri)))
                        .orElse(null)) {
            agent.join();
        }
    }

    /** Pods come when the taint is off. The first of them may ask for grants. */
    private static void awaitServing(SeccompAgent agent, @Nullable Nri nri) throws InterruptedException {
        agent.tryOut();
        if (nri != null) {
            nri.awaitRuntime();
        }
    }

    private String resolverName(@Nullable PolicyWatch policy) {
        return policy == null ? options.get(CommonOptions.RESOLVER, DEFAULT_RESOLVER) : PolicyOption.RESOLVER;
    }

    private @Nullable BindAddress metricsAddress() {
        return options.has(METRICS) ? BindAddress.parse("--" + METRICS, options.get(METRICS, "")) : null;
    }

    private Map<Integer, List<String>> users() {
        Map<Integer, List<String>> users = new LinkedHashMap<>();
        options.all(ALLOW_UID).forEach(uid -> users.put(uid(uid), new ArrayList<>()));
        for (String text : options.all(ALLOW_UID_METADATA)) {
            int colon = text.indexOf(':');
            List<String> lines = colon < 0 ? null : users.get(uid(text.substring(0, colon)));
            if (lines == null || text.indexOf('=', colon) < 0) {
                throw new UsageException("--" + ALLOW_UID_METADATA + ": '" + text
                        + "' is not UID:KEY=VALUE with a UID that --" + ALLOW_UID + " allows");
            }
            lines.add(text.substring(colon + 1));
        }
        return users;
    }

    private static int uid(String text) {
        try {
            int uid = Integer.parseUnsignedInt(text);
            if (uid != 0) {
                return uid;
            }
        } catch (NumberFormatException e) {
            // the same message as for 0
        }
        throw new UsageException("--" + ALLOW_UID + ": '" + text + "' is not a uid of a user: give a number from 1 on");
    }

    private static void shutDown(SeccompAgent agent, Falco falco) {
        agent.park();
        falco.close(); // here too: the program ends after its hooks, and main may not get that far
        Logging.flush();
    }
}
