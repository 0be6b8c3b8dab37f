package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;

/** Grants what the profile's {@code listenerMetadata} lists. See {@link Grants}. */
final class MetadataResolver implements Resolver {

    @Override
    public boolean wantsAnnotation(String name) {
        return false;
    }

    /** @throws IllegalArgumentException if a value is not understood: then the container gets nothing */
    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        Metadata metadata = new Metadata(container);
        metadata.warnOfUnknownKeys(Grants.KEYS, "resolver metadata");
        Grants.add(metadata, registry);
        return registry.build();
    }
}
