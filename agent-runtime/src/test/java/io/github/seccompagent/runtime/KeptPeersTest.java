package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Poll;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who connects while there is no agent. */
class KeptPeersTest {
    @TempDir
    private Path folder;

    @AutoClose
    private final StandInKeeper keeper = new StandInKeeper();

    private SeccompAgent start(String name, Keeper by) throws IOException {
        return Agents.builder(call -> Response.success())
                .socket(folder.resolve(name))
                .keeper(by)
                .start();
    }

    private SocketChannel connect(String name) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(name)));
    }

    private static void write(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Set<String> names(String first) {
        return keeper.names().stream().filter(name -> name.startsWith(first)).collect(Collectors.toSet());
    }

    @Test
    void whatWasAcceptedMeanwhileIsTakenOver() throws Exception {
        start("a", keeper.next()).park();
        Set<String> acceptors = names("p");
        assertThat(acceptors).isNotEmpty().allMatch(name -> name.matches("p1[0-7]"));
        for (int i = 0; i < 20; i++) {
            try (SocketChannel client = connect("a")) {
                write(client, "?");
            }
        }
        try (SeccompAgent second = start("a", keeper.next())) {
            await().until(() -> second.counters().get(Counter.BAD_STATES) == 20);
            assertThat(second.counters().get(Counter.CONNECTIONS)).isEqualTo(20);
            assertThat(names("p")).isEqualTo(acceptors);
            await().until(() -> names("c").isEmpty());
        }
    }

    @Test
    void aStateThatIsOnItsWayIsReadFromTheStart() throws Exception {
        SeccompAgent first = start("a", keeper.next());
        try (SocketChannel client = connect("a")) {
            write(client, "{\"a\"");
            await().until(() -> names("c").equals(Set.of("c1")));
            first.park();
            write(client, ":?");
            try (SeccompAgent second = start("a", keeper.next())) {
                await().until(() -> second.counters().get(Counter.BAD_STATES) == 1);
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                await().until(() -> names("c").isEmpty());
            }
        }
        assertThat(first.counters().get(Counter.BAD_STATES)).isZero();
    }

    /** Where the agent listens from now on is of no concern to whoever has connected. */
    @Test
    void whoHasConnectedAtAnotherPathIsServedToo() throws Exception {
        start("a", keeper.next()).park();
        try (SocketChannel client = connect("a")) {
            write(client, "?");
            try (SeccompAgent second = start("b", keeper.next())) {
                await().until(() -> second.counters().get(Counter.BAD_STATES) == 1);
                await().until(() -> names("p").stream().allMatch(name -> name.matches("p1[0-7]1")));
            }
        }
    }

    @Test
    void whatAnotherVersionHasAcceptedIsRefused() throws Exception {
        start("a", keeper.next()).park();
        for (String name : names("p")) {
            keeper.rename(name, name.replace("p1", "p2"));
        }
        try (SocketChannel client = connect("a")) {
            await().until(() -> names("p").stream().anyMatch(name -> Poll.hasInput(keeper.get(name), 0)));
            try (SeccompAgent second = start("a", keeper.next())) {
                await().until(() -> second.counters().get(Counter.REFUSED_PEERS) == 1);
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                await().until(() ->
                        !names("p").isEmpty() && names("p").stream().allMatch(name -> name.matches("p1[0-7]")));
            }
        }
    }

    /** The acceptors of the other keeper's agent end with their pod, so this agent has its own. */
    @Test
    void acceptorsOfAnotherKeeperAreReplaced() throws Exception {
        start("a", keeper.next()).park();
        try (SocketChannel client = connect("a")) {
            write(client, "?");
            Keeper next = keeper.nextThatWaits();
            keeper.sayGo();
            try (SeccompAgent second = start("a", next)) {
                await().until(() -> second.counters().get(Counter.BAD_STATES) == 1);
                await().until(() ->
                        !names("p").isEmpty() && names("p").stream().allMatch(name -> name.matches("p1[8-9a-f]")));
                try (SocketChannel later = connect("a")) {
                    write(later, "?");
                    await().until(() -> second.counters().get(Counter.BAD_STATES) == 2);
                }
            }
        }
    }

    @Test
    void nothingIsLeftWhenTheAgentEndsForGood() throws Exception {
        SeccompAgent first = start("a", keeper.next());
        try (SocketChannel client = connect("a")) {
            write(client, "{");
            await().until(() -> !names("c").isEmpty());
            first.close();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(names("c")).isEmpty();
        }
    }
}
