package io.github.seccompagent.app.make;

import io.github.seccompagent.app.profile.ReadProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The profiles that runtimes give a container that names none. Each file says where it comes from. */
public enum RuntimeDefault {
    /** Of containerd. */
    CONTAINERD("containerd"),

    /** Of CRI-O and podman. */
    CONTAINERS("containers"),

    /** Of Docker. */
    DOCKER("docker");

    private final String label;

    RuntimeDefault(String label) {
        this.label = label;
    }

    /** The one with that name. */
    public static Optional<RuntimeDefault> of(String name) {
        return Arrays.stream(values()).filter(each -> each.label.equals(name)).findFirst();
    }

    /** The names. */
    public static List<String> names() {
        return Arrays.stream(values()).map(each -> each.label).toList();
    }

    /** The profile for a container with the capabilities that it has by default. */
    public BaseProfile profile() {
        return BaseProfile.of("the default profile of " + label, read());
    }

    /** @param capabilities the container's bounding set */
    public BaseProfile profile(long capabilities) {
        return BaseProfile.of("the default profile of " + label, read(), capabilities);
    }

    private ReadProfile read() {
        String file = label + ".json";
        try (InputStream in = Objects.requireNonNull(RuntimeDefault.class.getResourceAsStream(file), file)) {
            return ReadProfile.of(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of the program itself
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
