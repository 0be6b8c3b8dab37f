package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.resolver.Handlers;
import io.github.seccompagent.resolver.MountPolicy;
import io.github.seccompagent.resolver.NamedResolver;
import io.github.seccompagent.runtime.Keeper;
import io.github.seccompagent.runtime.SeccompAgent;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** An agent that does for one container what the program's resolvers do for different ones. */
final class StormAgent {
    static final Duration DELAY = Duration.ofSeconds(3);

    /** The calls that the containers' profiles notify. */
    static final List<String> NOTIFIED = List.of(
            "mkdir",
            "mkdirat",
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "symlink",
            "symlinkat",
            "unlink",
            "unlinkat",
            "chmod",
            "fchmodat",
            "open",
            "openat",
            "mount",
            "umount2",
            "sched_get_priority_max",
            "sched_get_priority_min",
            "sched_rr_get_interval");

    private static final String SOCKET = "--socketfile=";
    private static final SyscallHandler ANSWER = call -> Response.returnValue(77);

    private StormAgent() {}

    /** Arguments: those of the program. Only the socket matters. */
    @SuppressWarnings("try") // one is only there to be closed
    public static void main(String... args) throws Exception {
        Keeper keeper = Keeper.ofEnvironment();
        Path socket = Stream.of(args)
                .filter(each -> each.startsWith(SOCKET))
                .map(each -> Path.of(each.substring(SOCKET.length())))
                .findFirst()
                .orElseThrow();
        try (SeccompAgent agent = SeccompAgent.builder()
                        .socket(socket)
                        .keeper(keeper)
                        .resolver(StormAgent::resolve)
                        .start();
                Closeable parked = agent::park) {
            Runtime.getRuntime().addShutdownHook(new Thread(agent::park, "shutdown"));
            System.out.println("listening on " + socket);
            agent.join();
        }
    }

    /** Asked for each container. */
    static HandlerRegistry resolve(ContainerProcessState container) throws Exception {
        HandlerRegistry unchanged = NamedResolver.PASS_THROUGH.resolver().resolve(container);
        HandlerRegistry.Builder registry = HandlerRegistry.builder()
                .on("sched_get_priority_max", ANSWER)
                .on("sched_get_priority_min", Handlers.delay(DELAY, ANSWER))
                .on("sched_rr_get_interval", Handlers.freezeContainer())
                .otherwise(call ->
                        unchanged.handlerOf(call.syscall(), call.family()).handle(call));
        MountPolicy.of(Set.of("tmpfs")).addTo(registry);
        return registry.build();
    }
}
