package io.github.seccompagent.app.e2e.bench;

import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Calls in a container of runc. New files and folders are in memory, so that no disk is measured. See load.c. */
record Load(Path programs) {
    /** How long calls took, in microseconds, and how many there were in a second. */
    record Times(double p50, double p99, double rate) {}

    /** Notifies what demo-basic handles. */
    Times times(BenchedAgent agent, String call, int count) throws IOException {
        return times(
                OciBundle.notifying(agent.socket()).notified("mkdir", "mkdirat", "chmod", "fchmodat", "mount"),
                call,
                count);
    }

    /** Lets the agent do the same twice, because a JVM compiles what it does often. */
    Times warmTimes(BenchedAgent agent, String call, int count) throws IOException {
        times(agent, call, count);
        return times(agent, call, count);
    }

    Times times(OciBundle bundle, String call, int count) throws IOException {
        try (OciContainer container = OciContainer.start(OciRuntime.RUNC, bundle)) {
            Files.copy(
                    programs.resolve("load"), container.rootfs().resolve("load"), StandardCopyOption.COPY_ATTRIBUTES);
            boolean isMount = call.equals("mount");
            for (int i = 0; isMount && i < 2 * count; i++) {
                Files.createDirectory(container.rootfs().resolve("home/" + i));
            }
            String[] nanos = container
                    .exec("/load", call, Integer.toString(count), isMount ? "/home" : "/dev")
                    .orFail()
                    .split(" ");
            return new Times(
                    Long.parseLong(nanos[0]) / 1e3,
                    Long.parseLong(nanos[1]) / 1e3,
                    count / (Long.parseLong(nanos[2]) / 1e9));
        }
    }
}
