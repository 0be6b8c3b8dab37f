package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Resolver;

/** Grants what the profile's {@code listenerMetadata} says, see {@link Grants}. */
final class MetadataResolver implements Resolver {

    @Override
    public boolean wantsAnnotation(String name) {
        return false;
    }

    /** @throws IllegalArgumentException for a value that is not understood: then nothing is done for the container */
    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        Metadata metadata = new Metadata(container);
        metadata.warnOfKeysBeside(Grants.KEYS, "resolver metadata");
        Grants.add(metadata, registry);
        return registry.build();
    }
}
