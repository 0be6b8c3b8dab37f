package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.make.BaseProfile;
import io.github.seccompagent.app.make.RuntimeDefault;
import io.github.seccompagent.app.nri.wire.LinuxContainer;
import io.github.seccompagent.app.profile.ReadProfile;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Finds the profile that a container would have without the agent. */
final class Bases {
    private static final int UNCONFINED = 1;
    private static final int FILE = 2;

    /** The node's files, also for an agent in a container. */
    private static final Path NODE = Path.of("/proc/1/root");

    private final Map<RuntimeDefault, BaseProfile> defaults = new EnumMap<>(RuntimeDefault.class);

    /** @throws RefusedException if it cannot be told */
    BaseProfile of(LinuxContainer container, RuntimeFacts runtime) throws RefusedException {
        try {
            if (container.hasSeccompPolicy()) {
                return SeccompMessages.read(container.getSeccompPolicy());
            }
            int type = container.getSeccompProfile().getProfileType();
            if (runtime.tellsPolicy() || type == UNCONFINED) {
                return BaseProfile.unconfined();
            }
            return type == FILE
                    ? file(container.getSeccompProfile().getLocalhostRef())
                    : defaults.computeIfAbsent(runtime.defaultProfile(), RuntimeDefault::profile);
        } catch (UsageException e) {
            throw new RefusedException("its own profile cannot be used: " + e.getMessage());
        }
    }

    private static BaseProfile file(String name) throws RefusedException {
        String path = name.startsWith("localhost/") ? name.substring("localhost".length()) : name;
        try {
            Path file = Path.of(path).normalize();
            if (!file.isAbsolute()) {
                throw new RefusedException("its own profile is no absolute path");
            }
            Path onNode = NODE.resolve(Path.of("/").relativize(file));
            if (!Files.isExecutable(NODE) && !Files.exists(file)) {
                throw new UsageException(
                        path + ": the agent may not look at the files of process 1. Mount the folder of"
                                + " that profile into the agent's pod at the same path");
            }
            return BaseProfile.of(path, ReadProfile.of(Files.exists(onNode) ? onNode : file));
        } catch (InvalidPathException e) {
            throw new RefusedException("its own profile has no name that a file can have");
        }
    }
}
