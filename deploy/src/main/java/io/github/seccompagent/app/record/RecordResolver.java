package io.github.seccompagent.app.record;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.HandlerRegistry;
import io.github.seccompagent.api.NotifiedCall;
import io.github.seccompagent.api.Resolver;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.app.report.UsageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The resolver {@code record}: notes the notified calls of containers whose metadata has RECORD=NAME, and lets each go
 * on. Other containers have another resolver. No trouble with the folder refuses a call.
 */
public final class RecordResolver implements Resolver {
    private static final String KEY = "RECORD";
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final RecordFolder folder;
    private final Resolver others;

    /**
     * Lets the calls of containers without a name go on.
     *
     * @param folder where the recordings are written; it is made when the first one is
     */
    public RecordResolver(Path folder) {
        this(folder, container -> HandlerRegistry.builder().build());
    }

    /** @param others the resolver of containers without a name */
    public RecordResolver(Path folder, Resolver others) {
        this.folder = new RecordFolder(folder, PAUSE);
        this.others = others;
    }

    @Override
    public HandlerRegistry resolve(ContainerProcessState container) throws Exception {
        return isRecorded(container) ? recorded(container) : others.resolve(container);
    }

    @Override
    public HandlerRegistry restore(ContainerProcessState container, String note) throws Exception {
        return isRecorded(container) ? recorded(container) : others.restore(container, note);
    }

    @Override
    public boolean wantsAnnotation(String name) {
        return others.wantsAnnotation(name);
    }

    private static boolean isRecorded(ContainerProcessState container) {
        return !container.metadataValues(KEY).isEmpty();
    }

    private HandlerRegistry recorded(ContainerProcessState container) {
        List<String> names = container.metadataValues(KEY);
        if (names.size() > 1) {
            throw new IllegalArgumentException(KEY + " is there " + names.size() + " times: give it once");
        }
        HandlerRegistry.Builder registry = HandlerRegistry.builder();
        open(names.get(0), container.pid()).ifPresent(recording -> registry.otherwise(call -> note(recording, call)));
        return registry.build();
    }

    private Optional<Recording> open(String name, int pid) {
        try {
            return folder.open(name, pid);
        } catch (UsageException e) {
            throw new IllegalArgumentException(KEY + ": " + e.getMessage(), e);
        }
    }

    /** The profile of the container decides which calls come here. All of them would go on without this resolver. */
    private static Response note(Recording recording, NotifiedCall call) {
        try {
            recording.add(call.architecture(), call.syscall(), call.threadId(), new Arguments(call));
        } catch (RuntimeException e) { // a recording must change nothing
            recording.omit();
        }
        return Response.proceed();
    }

    /** {@link NotedArgument} names no argument whose index in its family is not that of its register. */
    private record Arguments(NotifiedCall call) implements CallArguments {
        @Override
        public boolean isWaiting() {
            return call.isWaiting();
        }

        @Override
        public long register(int index) {
            return call.argument(index);
        }

        @Override
        public long pointed(int index) {
            return ByteBuffer.wrap(call.bytes(index, Long.BYTES))
                    .order(ByteOrder.nativeOrder())
                    .getLong();
        }
    }
}
