package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.process.KnownProcess;
import io.github.seccompagent.linux.process.MountNamespace;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container as an agent before has left it, or whoever else. What is accepted is written back equal. An input is
 * that, or the state of a container, which is stored and read again.
 */
public final class StoredContainerFuzz {
    private StoredContainerFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            check(StoredContainer.of(data));
        } catch (BadStateException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        try {
            Optional<ContainerProcessState> state =
                    StateParser.ofAdministrator(name -> true).feed(data);
            if (state.isPresent()) {
                check(stored(state.get()));
            }
        } catch (BadStateException e) {
            // it is none
        }
    }

    private static StoredContainer stored(ContainerProcessState state) {
        KnownProcess process = new KnownProcess(state.pid(), Long.MAX_VALUE);
        ServedContainer container = new ServedContainer(
                state,
                OptionalInt.of(-2),
                "user:[1]",
                new MountNamespace("mnt:[1]", 7),
                process,
                Freezer.none("of a test"));
        return new StoredContainer(container, true, 7);
    }

    private static void check(StoredContainer stored) {
        byte[] json = stored.toJson();
        StoredContainer again;
        try (Fd memfd = StateMemfd.of(json)) {
            again = StoredContainer.of(StateMemfd.read(memfd));
        } catch (BadStateException e) {
            throw new AssertionError(new String(json, StandardCharsets.UTF_8), e);
        }
        assertThat(again.first()).isEqualTo(stored.first());
        assertThat(again.container().state()).isEqualTo(stored.container().state());
        assertThat(again.container().owner()).isEqualTo(stored.container().owner());
        assertThat(again.container().mountNamespace())
                .isEqualTo(stored.container().mountNamespace());
        assertThat(again.container().userNamespace())
                .isEqualTo(stored.container().userNamespace());
        assertThat(again.container().firstProcess())
                .isEqualTo(stored.container().firstProcess());
        assertThat(new String(again.toJson(), StandardCharsets.UTF_8).length())
                .isEqualTo(new String(json, StandardCharsets.UTF_8).length());
    }
}
