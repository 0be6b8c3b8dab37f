package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An agent goes on with the sockets that the one before it has left to the keeper. */
class RestoredSocketsTest extends RestoredAgents {
    @Test
    void theSocketIsKept() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent.Builder builder = Agents.builder(succeeds).socket(path);
        builder.keeper(keeper.next()).start().park();
        assertThat(path).exists();
        System.gc(); // nothing that the first agent has left behind may shut the socket down
        Object file = Files.getAttribute(path, "unix:ino");
        try (SeccompAgent second = builder.keeper(keeper.next()).start()) {
            assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(file);
            second.tryOut();
        }
    }

    /** Somebody has put another file there: who connects would not come to the kept socket. */
    @Test
    void aSocketWhoseFileIsGoneIsMadeAnew() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent.Builder builder = Agents.builder(succeeds).socket(path);
        builder.keeper(keeper.next()).start().park();
        Files.delete(path);
        try (SeccompAgent second = builder.keeper(keeper.next()).start()) {
            second.tryOut();
            await().until(() -> keeper.names().stream().allMatch(name -> name.matches("j1|e1|x.*|[ab]1|p1[0-7]1")));
        }
    }

    /** A user can put something else in the place of its socket. Containers do not wait for that. */
    @Test
    void aUsersSocketThatCannotBeHadKeepsNoContainerWaiting() throws Exception {
        Path path = folder.resolve("agent.socket");
        SeccompAgent first = Agents.builder(succeeds)
                .socket(path)
                .allowUid(12345)
                .keeper(keeper.next())
                .start();
        try (Script script = Script.start(first, "c", "until [ -e /go ]; do :; done; mkdir /abc")) {
            await().until(() -> first.activeListeners() == 1);
            first.park();
            Path ofUser = folder.resolve("agent.socket.12345");
            Files.delete(ofUser);
            Files.createFile(ofUser);
            try (SeccompAgent second = Agents.builder(succeeds)
                    .socket(path)
                    .allowUid(12345)
                    .keeper(keeper.next())
                    .start()) {
                Files.createFile(inside(script, "/go"));
                assertThat(script.await()).isZero();
                second.tryOut();
            }
        }
    }

    /** The one of a user cannot be had. */
    @Test
    void theSocketIsKeptByAnAgentThatDoesNotStart() throws Exception {
        Path path = folder.resolve("agent.socket");
        Agents.builder(succeeds).socket(path).keeper(keeper.next()).start().park();
        Object file = Files.getAttribute(path, "unix:ino");
        Files.createFile(folder.resolve("agent.socket.12345"));
        SeccompAgent.Builder failing =
                Agents.builder(succeeds).socket(path).allowUid(12345).keeper(keeper.next());
        assertThatIOException().isThrownBy(failing::start);
        try (SeccompAgent third =
                Agents.builder(succeeds).socket(path).keeper(keeper.next()).start()) {
            assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(file);
            third.tryOut();
        }
    }
}
