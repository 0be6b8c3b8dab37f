package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Middleware;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import io.github.seccompagent.resolver.policy.Checker;
import io.github.seccompagent.resolver.policy.CompiledPolicy;
import io.github.seccompagent.resolver.policy.Policy;
import io.github.seccompagent.resolver.policy.PolicyResolver;
import io.github.seccompagent.resolver.policy.Seal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metadata of a profile and the annotations of a container, with each resolver that is shipped. An input is the
 * metadata, and after each NUL an annotation, NAME=VALUE. Metadata is refused or understood, and nothing is granted
 * that it does not name.
 */
public final class MetadataFuzz {
    private static final Middleware NONE = next -> next;
    private static final List<Resolver> RESOLVERS = Stream.concat(
                    Arrays.stream(NamedResolver.values()).map(NamedResolver::resolver),
                    Stream.of(
                            new KubernetesResolver(
                                    container -> PodIdentity.UNKNOWN,
                                    Map.of(
                                            "prometheus",
                                            (identity, container) -> NONE,
                                            "falco",
                                            (identity, container) -> NONE)),
                            policyResolver()))
            .toList();
    private static final Resolver METADATA = NamedResolver.METADATA.resolver();

    private MetadataFuzz() {}

    private static Resolver policyResolver() {
        CompiledPolicy nothing = CompiledPolicy.of(Policy.EMPTY, new Checker(call -> Optional.empty(), List.of()));
        return new PolicyResolver(
                () -> nothing, container -> PodIdentity.UNKNOWN, Map.of(), Optional.of(new Seal(new byte[32])));
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        String[] parts = new String(data, StandardCharsets.UTF_8).split("\0", -1);
        Map<String, String> annotations = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            annotations.put(parts[i].substring(0, Math.max(0, equals)), parts[i].substring(Math.max(0, equals + 1)));
        }
        ContainerProcessState state = new ContainerProcessState(
                "1.2.0", 1, parts[0], new Container("id", "creating", 1, "/bundle", annotations));
        for (Resolver resolver : RESOLVERS) {
            resolve(resolver, state);
        }
        HandlerRegistry granted = resolve(METADATA, state);
        if (granted != null) {
            checkGrants(granted, parts[0]);
        }
        checkDuration(parts[0]);
    }

    private static HandlerRegistry resolve(Resolver resolver, ContainerProcessState state) {
        try {
            HandlerRegistry registry = resolver.resolve(state);
            assertThat(registry).isNotNull();
            return registry;
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty().hasSizeLessThan(2000);
            return null;
        } catch (Exception e) {
            throw new AssertionError("metadata is refused by IllegalArgumentException", e);
        }
    }

    private static void checkGrants(HandlerRegistry granted, String metadata) {
        String keys = metadata.lines()
                .filter(line -> line.contains("="))
                .map(line -> line.substring(0, line.indexOf('=')).strip())
                .collect(Collectors.joining("\n", "\n", "\n"));
        SyscallHandler none = HandlerRegistry.builder().build().handlerOf("mount", "mount");
        if (granted.handlerOf("mount", "mount") != none) {
            assertThat(keys).containsPattern("\n(MOUNT_PROC|MOUNT_SYSFS|MOUNT_OTHER_FS_LIST)\n");
        }
        if (granted.handlerOf("mknod", "mknod") != none) {
            assertThat(keys).contains("\nMKNOD_DEVICES\n");
        }
        assertThat(granted.handlerOf("open", "open")).isSameAs(none);
    }

    private static void checkDuration(String text) {
        try {
            assertThat(GoDuration.parse(text).isNegative()).isFalse();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
