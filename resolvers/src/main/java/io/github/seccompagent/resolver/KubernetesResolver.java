package io.github.seccompagent.resolver;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.Middleware;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.SyscallHandler;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Handles the containers of pods as the profile's {@code listenerMetadata} says, in lines of KEY=VALUE. It grants what
 * the resolver {@code metadata} grants, and understands these keys too:
 *
 * <ul>
 *   <li>{@code MKDIR_TMPL=-{{.Namespace}}-{{.Pod}}-{{.Container}}} gives new folders this suffix. {{.Pid}} and
 *       {{.Pid1}} exist too.
 *   <li>{@code EXEC_PATTERN=/bin/true} with {@code EXEC_DURATION=2s} delays the execution of exactly that file.
 *   <li>{@code SIDECARS=proxy,log} with {@code SIDECARS_DELAY=5s} delays the first program of every other container.
 *   <li>{@code DEFAULT_ACTION=kill-container}, {@code freeze-container} or {@code errno:EACCES} handles the notified
 *       calls that no other handler handles.
 *   <li>{@code MIDDLEWARE=prometheus,falco} puts these in front of all handlers.
 * </ul>
 *
 * <p>If a value is not understood, the container's notified calls fail with EPERM.
 */
public final class KubernetesResolver implements Resolver {
    static final Set<String> KEYS = Stream.concat(
                    Grants.KEYS.stream(),
                    Stream.of(
                            "MKDIR_TMPL",
                            "EXEC_PATTERN",
                            "EXEC_DURATION",
                            "SIDECARS",
                            "SIDECARS_DELAY",
                            "DEFAULT_ACTION",
                            "MIDDLEWARE"))
            .collect(Collectors.toUnmodifiableSet());

    private final PodLookup lookup;
    private final Map<String, PodMiddleware> middleware;

    /** Makes the middleware of a container. */
    @FunctionalInterface
    public interface PodMiddleware {
        Middleware of(PodIdentity identity, ContainerProcessState container);
    }

    /**
     * Creates a resolver.
     *
     * @param lookup finds the pod if the annotations do not name it
     * @param middleware the middleware that metadata can list, by name
     */
    public KubernetesResolver(PodLookup lookup, Map<String, PodMiddleware> middleware) {
        this.lookup = lookup;
        this.middleware = Map.copyOf(middleware);
    }

    @Override
    public boolean wantsAnnotation(String name) {
        return PodIdentity.wantsAnnotation(name);
    }

    /** @throws IllegalArgumentException if a value is not understood; the message names the pod and the key */
    @Override
    public HandlerRegistry resolve(ContainerProcessState container) {
        return resolve(container, "");
    }

    /** The pod that was found when the container started is in the note. It is not looked up again. */
    @Override
    public HandlerRegistry restore(ContainerProcessState container, String note) {
        return resolve(container, note);
    }

    private HandlerRegistry resolve(ContainerProcessState container, String note) {
        PodIdentity written = writtenIdentityOf(container);
        PodIdentity found = mayBeLookedUp(container, written) ? lookUp(container, note) : PodIdentity.UNKNOWN;
        PodIdentity identity = written.or(found);
        Metadata metadata = new Metadata(container);
        metadata.warnOfUnknownKeys(KEYS, "pod " + identity);
        try {
            return registry(metadata, identity, container)
                    .note(found.isNamed() ? found.toLines() : "")
                    .build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pod " + identity + ", listenerMetadata " + e.getMessage(), e);
        }
    }

    /**
     * Whose the container is: by its annotations, and else looked up.
     *
     * @param before what this method has returned for the container earlier; then nothing is looked up
     */
    public PodIdentity identify(ContainerProcessState container, Optional<PodIdentity> before) {
        PodIdentity written = writtenIdentityOf(container);
        return mayBeLookedUp(container, written) ? written.or(before.orElseGet(() -> lookup.find(container))) : written;
    }

    /**
     * The handlers that metadata gives, without its middleware.
     *
     * @param container with that metadata
     * @throws IllegalArgumentException if a value is not understood; the message names the key
     */
    public HandlerRegistry.Builder handlers(ContainerProcessState container, PodIdentity identity) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        addHandlers(new Metadata(container), identity, container, registry);
        return registry;
    }

    /**
     * The middleware that metadata lists, the outermost first.
     *
     * @param container with that metadata
     * @throws IllegalArgumentException if a name is not known
     */
    public List<Middleware> middlewareOf(ContainerProcessState container, PodIdentity identity) {
        return middlewareOf(new Metadata(container), identity, container);
    }

    /** Logs a warning if the metadata has keys that this resolver does not know, and that are not in {@code others}. */
    public static void warnOfUnknownKeys(ContainerProcessState container, PodIdentity identity, Set<String> others) {
        Set<String> known = new HashSet<>(KEYS);
        known.addAll(others);
        new Metadata(container).warnOfUnknownKeys(known, "pod " + identity);
    }

    private static PodIdentity writtenIdentityOf(ContainerProcessState container) {
        return isOfUser(container) ? PodIdentity.UNKNOWN : PodIdentity.of(container.container());
    }

    private static boolean mayBeLookedUp(ContainerProcessState container, PodIdentity written) {
        return !isOfUser(container) && !written.isNamed();
    }

    /**
     * A user's container belongs to no pod. The user can choose the name of its cgroup, so that name proves nothing.
     */
    private static boolean isOfUser(ContainerProcessState container) {
        return container.user().isPresent();
    }

    private PodIdentity lookUp(ContainerProcessState container, String note) {
        return note.isEmpty() ? lookup.find(container) : PodIdentity.ofLines(note);
    }

    /** @throws IllegalArgumentException if a value is not understood; the message names the key */
    HandlerRegistry.Builder registry(Metadata metadata, PodIdentity identity, ContainerProcessState container) {
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        if (identity.isNamed()) {
            registry.owner("pod " + identity);
        }
        middlewareOf(metadata, identity, container).forEach(registry::middleware);
        addHandlers(metadata, identity, container, registry);
        return registry;
    }

    private List<Middleware> middlewareOf(Metadata metadata, PodIdentity identity, ContainerProcessState container) {
        return metadata.list("MIDDLEWARE").stream()
                .map(name -> middleware(name).of(identity, container))
                .toList();
    }

    private static void addHandlers(
            Metadata metadata,
            PodIdentity identity,
            ContainerProcessState container,
            HandlerRegistry.Builder registry) {
        Grants.add(metadata, registry);
        metadata.value("MKDIR_TMPL", template -> MkdirTemplate.fill(template, identity, container))
                .ifPresent(suffix -> registry.on("mkdir", Handlers.mkdirWithSuffix(suffix)));
        SyscallHandler delays = execDelays(metadata, identity, container);
        if (delays != null) {
            registry.on("execve", delays);
        }
        String logSuffix = identity.isNamed() ? " of pod " + identity : "";
        metadata.value("DEFAULT_ACTION", name -> defaultAction(name, logSuffix)).ifPresent(registry::otherwise);
    }

    private PodMiddleware middleware(String name) {
        PodMiddleware known = middleware.get(name);
        if (known == null) {
            throw new IllegalArgumentException("MIDDLEWARE=" + name + ": not one of " + middleware.keySet());
        }
        return known;
    }

    /** As with the Go agent, a key does nothing without the other key of its pair. */
    private static @Nullable SyscallHandler execDelays(
            Metadata metadata, PodIdentity identity, ContainerProcessState container) {
        Optional<Duration> delay = metadata.value("EXEC_DURATION", GoDuration::parse);
        Optional<Duration> sidecarsFirst = metadata.value("SIDECARS_DELAY", GoDuration::parse);
        Optional<String> file =
                metadata.value("EXEC_PATTERN", KubernetesResolver::path).filter(path -> delay.isPresent());
        boolean waits = metadata.text("SIDECARS").isPresent()
                && sidecarsFirst.isPresent()
                && !metadata.list("SIDECARS").contains(identity.container())
                && !container.container().status().equals("running"); // a running container has started already
        if (file.isEmpty() && !waits) {
            return null;
        }
        SyscallHandler handler = SyscallHandler.proceed();
        if (file.isPresent()) {
            handler = Handlers.delayExec(file.get(), delay.orElseThrow(), handler);
        }
        return waits ? Handlers.delayStart(sidecarsFirst.orElseThrow(), handler) : handler;
    }

    private static String path(String text) {
        for (String name : text.split("/")) {
            Metadata.fileName(name);
        }
        return text;
    }

    private static Errno errno(String name) {
        return Arrays.stream(Errno.values())
                .filter(errno -> errno.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the name of an errno was expected, such as EACCES"));
    }

    private static SyscallHandler defaultAction(String name, String logSuffix) {
        if (name.startsWith("errno:")) {
            return SyscallHandler.fail(errno(name.substring("errno:".length())));
        }
        return switch (name) {
            case "kill-container" -> Handlers.killContainer(logSuffix);
            case "freeze-container" -> Handlers.freezeContainer(logSuffix);
            default ->
                throw new IllegalArgumentException("kill-container, freeze-container or errno:NAME was expected");
        };
    }
}
