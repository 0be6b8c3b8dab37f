package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.resolver.NamedResolver;
import io.github.seccompagent.runtime.Keeper;
import io.github.seccompagent.runtime.SeccompAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** A program with an agent whose handlers stop at chosen moments, so that it can be killed there. */
final class StoppingAgent {
    /** What it says when it is to be killed. */
    static final String STOPPED = "stopped here";

    /** How often a signal takes an answer away, in all agents together. */
    static final int SIGNALS = 2;

    private final Path folder;
    private final Set<Integer> seen = ConcurrentHashMap.newKeySet(); // threads

    private StoppingAgent(Path folder) {
        this.folder = folder;
    }

    /** @param options as those of the distribution's program */
    public static void main(String[] options) throws Exception {
        Keeper keeper = Keeper.ofEnvironment();
        Path socket = Path.of(option("--socketfile=", options));
        StoppingAgent handlers = new StoppingAgent(socket.getParent());
        SeccompAgent agent = SeccompAgent.builder()
                .keeper(keeper)
                .socket(socket)
                .resolver(handlers.resolver(option("--resolver=", options)))
                .start();
        System.out.println("listening on " + socket);
        agent.join();
    }

    private static String option(String name, String... options) {
        return Stream.of(options)
                .filter(option -> option.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }

    private Resolver resolver(String what) {
        return what.equals("signal")
                ? container -> passThrough(container, this::signal)
                : container -> passThrough(container, next -> delay(Duration.parse(what), next));
    }

    private interface Wrapper {
        SyscallHandler around(SyscallHandler next);
    }

    private static HandlerRegistry passThrough(ContainerProcessState container, Wrapper wrapper) {
        try {
            HandlerRegistry all = NamedResolver.PASS_THROUGH.resolver().resolve(container);
            HandlerRegistry.Builder registry = HandlerRegistry.builder();
            for (String call : Set.of("mkdir", "mknod", "symlink", "link", "rename", "unlink", "open")) {
                SyscallHandler handler = all.handlerOf(call, call);
                registry.on(
                        call,
                        wrapped -> isOfTarget(wrapped)
                                ? wrapper.around(handler).handle(wrapped)
                                : handler.handle(wrapped));
            }
            return registry.build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOfTarget(NotifiedCall call) {
        int path = Set.of("symlink", "link", "rename").contains(call.family()) ? 1 : 0;
        String name = new String(call.path(path).name().bytes(), StandardCharsets.UTF_8);
        boolean setUp = name.endsWith(".other") && !Set.of("unlink", "rename").contains(call.family());
        return name.contains("target") && !setUp;
    }

    /** Takes the answer away, and has the call that is made again wait until it is killed. */
    private SyscallHandler signal(SyscallHandler next) {
        return call -> {
            if (!seen.add(call.threadId())) {
                Thread.sleep(300); // until what the first call did is known
                System.out.println(STOPPED);
                new CountDownLatch(1).await();
            }
            Response response = next.handle(call);
            if (takeSignal()) {
                new ProcessBuilder("kill", "-USR1", Integer.toString(call.threadId()))
                        .start()
                        .waitFor();
            }
            return response;
        };
    }

    private boolean takeSignal() {
        for (int i = 0; i < SIGNALS; i++) {
            Path file = folder.resolve("signal" + i);
            if (!Files.exists(file)) {
                try {
                    Files.createFile(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return true;
            }
        }
        return false;
    }

    private static SyscallHandler delay(Duration time, SyscallHandler next) {
        return call -> {
            call.delay(time);
            return next.handle(call);
        };
    }
}
