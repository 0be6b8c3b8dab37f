package io.github.seccompagent.app.e2e.survive;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.resolver.Handlers;
import io.github.seccompagent.resolver.MountPolicy;
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

/** A program with an agent whose handlers stop at chosen moments, so that it can be killed there. */
final class StoppingAgent {
    /** What it says when it is to be killed. */
    static final String STOPPED = "stopped here";

    /** How often it stops, in all agents together. */
    static final int TIMES = 2;

    private static final MountPolicy TMPFS = MountPolicy.of(Set.of("tmpfs"));

    private final Path folder;
    private final Set<Integer> seen = ConcurrentHashMap.newKeySet(); // threads

    private StoppingAgent(Path folder) {
        this.folder = folder;
    }

    /** @param options as those of the distribution's program */
    public static void main(String[] options) throws Exception {
        Keeper keeper = Keeper.ofEnvironment();
        Path socket = Path.of(KeptAgent.option("--socketfile=", options));
        StoppingAgent handlers = new StoppingAgent(socket.getParent());
        SeccompAgent agent = SeccompAgent.builder()
                .keeper(keeper)
                .socket(socket)
                .resolver(handlers.resolver(KeptAgent.option("--resolver=", options)))
                .start();
        System.out.println("listening on " + socket);
        agent.join();
    }

    private Resolver resolver(String what) {
        return Set.of("refused", "unanswered", "killed").contains(what)
                ? container -> passThrough(container, next -> stop(what, next))
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
            SyscallHandler mount = Handlers.mount(TMPFS);
            registry.on("mount", call -> wrapper.around(mount).handle(call)).on("umount", Handlers.umount(TMPFS));
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

    /**
     * Stops after the call was made on behalf: "killed" there, or a signal takes the call away and the one that is made
     * again waits until it is killed. Then the answer to the first one was "refused", or it is "unanswered" still.
     */
    private SyscallHandler stop(String what, SyscallHandler next) {
        return call -> {
            if (!seen.add(call.threadId())) {
                Thread.sleep(300); // until the first call is over
                stop();
            }
            Response response = next.handle(call);
            if (!takeTurn()) {
                return response;
            }
            if (what.equals("killed")) {
                stop();
            }
            new ProcessBuilder("kill", "-USR1", Integer.toString(call.threadId()))
                    .start()
                    .waitFor();
            if (what.equals("unanswered")) {
                new CountDownLatch(1).await();
            }
            return response;
        };
    }

    private static void stop() throws InterruptedException {
        System.out.println(STOPPED);
        new CountDownLatch(1).await();
    }

    private boolean takeTurn() {
        for (int i = 0; i < TIMES; i++) {
            Path file = folder.resolve("turn" + i);
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
