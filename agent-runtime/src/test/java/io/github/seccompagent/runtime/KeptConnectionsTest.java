package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.fd.SocketPair;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.peer.Peer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Connections with the keeper. */
class KeptConnectionsTest {
    private static final int O_RDWR = 2;
    private static final Peer PEER = new Peer(7, 1234, Optional.of(new Peer.Evidence(true, 1L << 40, false)));

    @AutoClose
    private final SocketPair toKeeper = new SocketPair(SocketPair.SOCK_SEQPACKET);

    @AutoClose
    private final SocketPair connection = new SocketPair(SocketPair.SOCK_STREAM);

    private static StoredConnection came(long when) {
        return new StoredConnection(PEER, OptionalInt.of(1234), when, when + 1);
    }

    private KeptConnections withPlaces(int places) {
        KeeperSocket keeper = KeeperSocket.of(toKeeper.other().release());
        return new KeptConnections(Optional.of(keeper), places * 3 * 8);
    }

    private int keepAll(KeptConnections kept, String account) {
        int count = 0;
        while (kept.keep(connection.own(), came(count), account) != KeptConnections.NOT_KEPT) {
            count++;
        }
        return count;
    }

    @Test
    void nobodyTakesTheirPlacesFromOthers() {
        KeptConnections kept = withPlaces(64);

        assertThat(keepAll(kept, "1")).isEqualTo(7);
        assertThat(keepAll(kept, "2")).isPositive();
        assertThat(keepAll(kept, "")).isEqualTo(32);
        kept.remove(1);
        assertThat(keepAll(kept, "3")).isPositive();
    }

    @Test
    void whatIsKnownComesBack() throws BadStateException {
        StoredConnection gone = new StoredConnection(new Peer(0, -1, Optional.empty()), OptionalInt.empty(), -5, 9);

        assertThat(StoredConnection.of(came(3).toJson())).isEqualTo(came(3));
        assertThat(StoredConnection.of(gone.toJson())).isEqualTo(gone);
    }

    /** In the order in which they came, and with the process that receives, unless that has ended. */
    @Test
    void allComeBack() {
        SocketPair ended = new SocketPair(SocketPair.SOCK_SEQPACKET);
        ended.other().close();
        SocketPair receives = new SocketPair(SocketPair.SOCK_SEQPACKET);
        KeptConnections kept = withPlaces(64);
        try (KeptFds fds = KeptFds.of(Map.of(
                "c1",
                List.of(memfd(20), ended.takeOwn(), connection.takeOwn(), receives.takeOwn()),
                "c7",
                List.of(new SocketPair(SocketPair.SOCK_STREAM).takeOwn(), memfd(10)),
                "c9",
                List.of(memfd(30)),
                "c10",
                List.of(new SocketPair(SocketPair.SOCK_STREAM).takeOwn(), StateMemfd.of(new byte[] {'?'}))))) {
            List<KeptConnections.Kept> all = kept.take(fds);

            assertThat(all).extracting(KeptConnections.Kept::number).containsExactly(7, 1);
            assertThat(all.get(0).pieces()).isEmpty();
            assertThat(all.get(1).pieces()).isPresent();
            assertThat(SocketPair.typeOf(all.get(1).connection())).isEqualTo(SocketPair.SOCK_STREAM);
            all.forEach(each -> {
                each.connection().close();
                each.pieces().ifPresent(Fd::close);
            });
        }
        receives.close();
    }

    /** What comes on it may be what ends them. */
    @Test
    void fiveAgentsTryIt() {
        KeptConnections kept = withPlaces(64);
        try (Fd known = memfd(1)) {
            for (int agent = 1; agent <= 7; agent++) {
                Fd again = Fd.open("/proc/self/fd/" + known.number(), O_RDWR);
                try (KeptFds fds =
                        KeptFds.of(Map.of("c1", List.of(new SocketPair(SocketPair.SOCK_STREAM).takeOwn(), again)))) {
                    List<KeptConnections.Kept> all = kept.take(fds);

                    assertThat(all).as("agent " + agent).hasSize(agent <= 5 ? 1 : 0);
                    all.forEach(each -> each.connection().close());
                }
            }
        }
    }

    private static Fd memfd(long when) {
        return StateMemfd.changeable(KeptConnections.withTries(came(when).toJson()));
    }
}
