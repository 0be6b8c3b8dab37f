package io.github.seccompagent.resolver;

import io.github.seccompagent.api.Resolver;
import java.util.Arrays;
import java.util.Optional;

/** The resolvers that come with the agent. The program's {@code --resolver} knows them by these names. */
public enum NamedResolver {
    /** Handles nothing: the kernel executes every call. */
    NONE("none", new NoHandlers()),
    /**
     * Grants mounts of proc, gives new folders the suffix "-pid-" and the container's pid, fails chmod with EBADMSG.
     */
    DEMO_BASIC("demo-basic", new DemoBasic()),
    /** Grants the mounts and device nodes that the profile's metadata lists. */
    METADATA("metadata", new MetadataResolver()),
    /** Makes every notified call that can be made on behalf, unchanged. */
    PASS_THROUGH("pass-through", new PassThrough());

    private final String cliName;
    private final Resolver resolver;

    NamedResolver(String cliName, Resolver resolver) {
        this.cliName = cliName;
        this.resolver = resolver;
    }

    /** The name of the resolver. */
    public String cliName() {
        return cliName;
    }

    /** The resolver itself. */
    public Resolver resolver() {
        return resolver;
    }

    /** The resolver with that name, or empty if there is none. */
    public static Optional<NamedResolver> of(String cliName) {
        return Arrays.stream(values())
                .filter(named -> named.cliName.equals(cliName))
                .findFirst();
    }
}
