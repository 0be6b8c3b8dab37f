package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A container as it is kept for the next agent. What was looked up when it was started is kept too, and never looked up
 * again: the container can have changed it since.
 *
 * @param first whether the listener is that of its first process, and not of one that was executed in it
 * @param connection when the connection came that brought it, see {@link StoredConnection#came}; 0 if there was none
 */
record StoredContainer(ServedContainer container, boolean first, long connection) {
    private static final int VERSION = 1;
    private static final String MOUNTS = "mountNamespace";
    private static final String MOUNTS_ID = "mountNamespaceId";
    private static final String ANNOTATION = "state/annotations/";

    /** Stands for one that cannot be read. */
    static StoredContainer unreadable(int number) {
        ContainerProcessState state =
                new ContainerProcessState("", 0, "", new Container("unreadable-" + number, "", 0, "", Map.of()));
        return new StoredContainer(
                new ServedContainer(
                        state,
                        OptionalInt.empty(),
                        "",
                        MountNamespace.UNKNOWN,
                        new KnownProcess(0, -1),
                        Freezer.none("it cannot be read")),
                false,
                0);
    }

    byte[] toJson() {
        ContainerProcessState state = container.state();
        JsonText json = new JsonText();
        json.number("version", VERSION).number("first", first ? 1 : 0).number("connection", connection);
        container.owner().ifPresent(uid -> json.number("owner", uid));
        json.number("pid", container.firstProcess().id())
                .number("start", container.firstProcess().start())
                .text("userNamespace", container.userNamespace())
                .text(MOUNTS, container.mountNamespace().name())
                .number(MOUNTS_ID, container.mountNamespace().id());
        container.freezer().writeTo(json);
        json.begin("state")
                .text("ociVersion", state.ociVersion())
                .number("pid", state.pid())
                .text("metadata", state.metadata())
                .text("id", state.container().id())
                .text("status", state.container().status())
                .number("first", state.container().pid())
                .text("bundle", state.container().bundle());
        state.user().ifPresent(uid -> json.number("user", uid));
        json.begin("annotations");
        state.container().annotations().forEach(json::text);
        json.end().end();
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws BadStateException if it is none of this version */
    static StoredContainer of(byte[] json) throws BadStateException {
        JsonFields fields = JsonFields.of(json);
        if (fields.number("version") != VERSION) {
            throw new BadStateException("its version is " + fields.number("version"));
        }
        Container container = new Container(
                fields.text("state/id"),
                fields.text("state/status"),
                fields.integer("state/first"),
                fields.text("state/bundle"),
                fields.textsBelow(ANNOTATION));
        ContainerProcessState state = new ContainerProcessState(
                fields.text("state/ociVersion"),
                fields.integer("state/pid"),
                fields.text("state/metadata"),
                container,
                fields.optional("state/user"));
        KnownProcess process = new KnownProcess(fields.integer("pid"), fields.number("start"));
        return new StoredContainer(
                new ServedContainer(
                        state,
                        fields.optional("owner"),
                        fields.text("userNamespace"),
                        mountNamespace(fields),
                        process,
                        Freezer.of(process, fields)),
                fields.number("first") == 1,
                fields.number("connection"));
    }

    /** Earlier agents have not kept it. By now the first process may be in another one. */
    private static MountNamespace mountNamespace(JsonFields fields) throws BadStateException {
        return fields.hasText(MOUNTS)
                ? new MountNamespace(fields.text(MOUNTS), fields.number(MOUNTS_ID))
                : MountNamespace.UNKNOWN;
    }
}
