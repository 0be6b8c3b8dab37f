package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A quiet container makes plain calls, alone and beside others. */
final class Neighbours {
    /** A user who may hand over listeners, for an attack without containers. */
    static final int UID = 1234;

    private static final int SECONDS = 3;
    private static final long MILLIS_TO_BEGIN = 1500;
    private static final long MILLIS_TO_FILL = 8000; // enough for as many mounts as a container may have

    /** What the others do, as flood.c or crowd.c calls it. Without containers, a user does it. */
    record Attack(String name, String what, int containers, int processes, double limit) {}

    /** In nanoseconds. */
    record Waits(long p50, long p99, long max) {}

    /** Takes what was measured. */
    @FunctionalInterface
    interface Results {
        void put(Waits alone, Waits beside);
    }

    private final Path programs;

    Neighbours(Path programs) {
        this.programs = programs;
    }

    /** The command of an agent that takes listeners of the user. */
    static String own() {
        return Commands.own("--resolver=demo-basic --allow-uid=" + UID);
    }

    /** Starts an agent, and measures how long a container waits for its answers. */
    void measure(String command, Attack attack, Results results) throws IOException {
        try (BenchedAgent agent = BenchedAgent.start(command);
                OciContainer quiet = OciContainer.start(OciRuntime.RUNC, bundle(agent))) {
            install(quiet, "neighbour");
            quiet(quiet); // a JVM compiles what it does often, so warm up
            Waits alone = quiet(quiet);
            try (Running running = new Running()) {
                begin(attack, agent, running);
                results.put(alone, quiet(quiet));
            }
        }
    }

    private static OciBundle bundle(BenchedAgent agent) {
        return OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat", "chmod", "fchmodat", "mount");
    }

    private void install(OciContainer container, String program) throws IOException {
        Files.copy(programs.resolve(program), container.rootfs().resolve(program), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Waits quiet(OciContainer container) {
        String numbers = container.exec("/neighbour", Integer.toString(SECONDS)).orFail();
        long[] nanos =
                Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
        return new Waits(nanos[0], nanos[1], nanos[2]);
    }

    private void begin(Attack attack, BenchedAgent agent, Running running) throws IOException {
        if (attack.containers == 0) {
            Files.setPosixFilePermissions(agent.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
            running.begin(
                    List.of(
                            "setpriv",
                            "--reuid=" + UID,
                            "--regid=" + UID,
                            "--clear-groups",
                            programs.resolve("crowd").toString(),
                            agent.socket().toString(),
                            Integer.toString(attack.processes)),
                    "attach\n" + attack.what + " 1000000000\n");
        }
        for (int i = 0; i < attack.containers; i++) {
            OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle(agent));
            running.containers.add(container);
            install(container, "flood");
            container.begin("exec /flood " + attack.what + " " + attack.processes);
        }
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(attack.what.equals("mounts") ? MILLIS_TO_FILL : MILLIS_TO_BEGIN));
    }

    /** What must be ended afterwards. */
    private static final class Running implements AutoCloseable {
        private final List<OciContainer> containers = new ArrayList<>();
        private final List<Process> processes = new ArrayList<>();

        private void begin(List<String> command, String input) throws IOException {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            processes.add(process);
            process.outputWriter().append(input).flush();
        }

        @Override
        public void close() {
            processes.forEach(each -> {
                // Each of the crowd dies with its parent.
                each.destroyForcibly();
                each.onExit().join();
            });
            containers.forEach(OciContainer::close);
        }
    }
}
