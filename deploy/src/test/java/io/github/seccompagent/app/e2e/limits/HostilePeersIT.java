package io.github.seccompagent.app.e2e.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.AgentUnderKeeper;
import io.github.seccompagent.app.e2e.fixture.Await;
import io.github.seccompagent.app.e2e.fixture.Command;
import io.github.seccompagent.app.e2e.fixture.OciBundle;
import io.github.seccompagent.app.e2e.fixture.OciContainer;
import io.github.seccompagent.app.e2e.fixture.OciRuntime;
import io.github.seccompagent.app.e2e.fixture.RawClient;
import io.github.seccompagent.app.e2e.fixture.Scrape;
import io.github.seccompagent.app.e2e.fixture.TestPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Peers that no runtime is, at an agent under its keeper. Each is refused with a reason and counted, leaves nothing
 * behind, and others are served meanwhile.
 */
class HostilePeersIT {
    private static final String STATE = """
            {"ociVersion":"1.0.2","fds":["seccompFd"],"pid":1,"metadata":"",
             "state":{"ociVersion":"1.0.2","id":"hostile","status":"creating","pid":1,"bundle":"/"}}
            """;
    private static final String BAD = "bad_states";
    private static final String TOO_LONG = "state_limit_hits";
    private static final String REFUSED = "refused_peers";
    private static final int MANY = 10_000;
    private static final String TOO_MANY = "too many connections wait";
    private static final int CHUNK = 1 << 16;

    @AutoClose
    private static final AgentUnderKeeper KEPT = AgentUnderKeeper.start(
            "demo-basic", "--handshake-timeout=3s", "--allow-uid=1234", "--metrics-bind-address=127.0.0.1:0");

    @AutoClose
    private static final OciContainer CONTAINER = OciContainer.start(
            OciRuntime.RUNC,
            OciBundle.notifying(KEPT.socket()).bind(KEPT.socket().getParent(), "/agent"));

    /** What a peer does until the agent closes its connection. */
    @FunctionalInterface
    private interface Attack {
        void run() throws Exception;
    }

    private record Peer(String name, Attack attack, String reason, String counter) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Peer> peers() {
        return List.of(
                new Peer("idle", () -> send(new byte[0], 0), "the peer says nothing", BAD),
                new Peer(
                        "a byte after the other",
                        HostilePeersIT::sendSlowly,
                        "the rest of the state does not come",
                        BAD),
                new Peer("no descriptor", () -> send(STATE, 0), "it carries no descriptor", BAD),
                new Peer(
                        "1 descriptor, no listener",
                        () -> send(STATE, 1),
                        "the descriptor is no seccomp listener",
                        BAD),
                new Peer(
                        "2 to 253 descriptors",
                        () -> {
                            for (int fds : IntStream.iterate(2, n -> n <= 253, n -> n < 12 ? n + 1 : n + 60)
                                    .toArray()) {
                                send(STATE, fds);
                            }
                            send(STATE, 253);
                        },
                        "it carries more than one descriptor",
                        BAD),
                new Peer(
                        "as many as named, no listener among them",
                        () -> send(STATE.replace("[\"", "[\"a\",\"b\",\""), 3),
                        "the descriptor is no seccomp listener",
                        BAD),
                new Peer(
                        "100,000 levels",
                        () -> send("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000), 1),
                        "deeper than",
                        BAD),
                new Peer("100,000 levels of lists", () -> send("{\"a\":" + "[".repeat(100_000), 1), "deeper than", BAD),
                new Peer("100 MB", () -> sendLarge("{\"a\":\""), "it is longer than", TOO_LONG),
                new Peer("100 MB of spaces", () -> sendLarge("{"), "it is longer than", TOO_LONG),
                new Peer(
                        "no UTF-8",
                        () -> send(STATE.replace("hostile", "\u00ff\u00fe").getBytes(StandardCharsets.ISO_8859_1), 1),
                        "a string is no UTF-8",
                        BAD),
                new Peer(
                        "two pids",
                        () -> send(STATE.replace("\"pid\":1,\"metadata\"", "\"pid\":1,\"pid\":2,\"metadata\""), 1),
                        "two fields of one name",
                        BAD),
                new Peer(
                        "two states",
                        () -> send(STATE.replace("\"state\":", "\"state\":{},\"state\":"), 1),
                        "two fields of one name",
                        BAD),
                new Peer(
                        "another uid",
                        () -> connect("own", "setpriv", "--reuid=4321", "--regid=4321", "--clear-groups"),
                        "it is not root with CAP_SYS_ADMIN",
                        REFUSED),
                new Peer(
                        "root without CAP_SYS_ADMIN",
                        () -> connect("own", "setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"),
                        "it is not root with CAP_SYS_ADMIN",
                        REFUSED),
                new Peer(
                        "root of a user namespace",
                        () -> connect("own", "unshare", "--user", "--map-root-user"),
                        "it is not root with CAP_SYS_ADMIN",
                        REFUSED),
                new Peer(
                        "root of a container",
                        () -> CONTAINER.exec(
                                "/connect", "/agent/" + KEPT.socket().getFileName(), "own"),
                        "it is in another pid namespace",
                        REFUSED),
                new Peer(
                        "a user with the pid of another",
                        () -> connect(
                                Long.toString(ProcessHandle.current().pid()),
                                "setpriv",
                                "--reuid=1234",
                                "--regid=1234",
                                "--clear-groups"),
                        "is not one of uid 1234",
                        BAD),
                new Peer(
                        "a user with the pid of the first process",
                        () -> connect("1", "setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"),
                        "container handed of uid 1234: ",
                        BAD),
                // The last one: it takes the log lines of a while.
                new Peer("10,000 connections", HostilePeersIT::connectMany, TOO_MANY, BAD));
    }

    @BeforeAll
    static void prepare() throws IOException {
        Files.setPosixFilePermissions(KEPT.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.copy(TestPrograms.CONNECT, CONTAINER.rootfs().resolve("connect"), StandardCopyOption.COPY_ATTRIBUTES);
        // So that what is opened only once is open, for each kind of peer.
        send(STATE, 0);
        connect("own");
        connect("own", "setpriv", "--reuid=4321", "--regid=4321", "--clear-groups");
        connect("own", "setpriv", "--reuid=1234", "--regid=1234", "--clear-groups");
        CONTAINER.shell("mkdir /first").orFail();
    }

    private static void send(String text, int fds) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8), fds);
    }

    private static void send(byte[] bytes, int fds) throws IOException {
        try (RawClient client = RawClient.connect(KEPT.socket())) {
            if (bytes.length > 0) {
                client.send(bytes, fds);
            }
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    private static void sendSlowly() throws Exception {
        try (RawClient client = RawClient.connect(KEPT.socket())) {
            for (int i = 0; i < 3; i++) {
                client.send(Arrays.copyOfRange(STATE.getBytes(StandardCharsets.UTF_8), i, i + 1), i == 0 ? 1 : 0);
                Thread.sleep(400);
            }
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    private static void sendLarge(String beginning) throws IOException {
        byte[] spaces = " ".repeat(CHUNK).getBytes(StandardCharsets.UTF_8);
        try (RawClient client = RawClient.connect(KEPT.socket())) {
            client.send(beginning.getBytes(StandardCharsets.UTF_8), 1);
            for (int sent = 0; sent < 100 << 20; sent += CHUNK) {
                client.send(spaces, 0); // nothing happens once it is closed
            }
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    private static void connectMany() throws IOException {
        List<RawClient> all = new ArrayList<>();
        long ended = KEPT.keeper().countLogged(TOO_MANY);
        try {
            for (int i = 0; i < MANY; i++) {
                all.add(RawClient.connect(KEPT.socket()));
            }
            requireService();
            Await.until("some that say nothing for long are ended")
                    .until(() -> KEPT.keeper().countLogged(TOO_MANY) > ended);
        } finally {
            for (RawClient client : all) {
                client.close();
            }
        }
    }

    /** Hands over its own listener as that of a process. It is not served, so its notified call cannot be made. */
    private static void connect(String pid, String... as) throws IOException {
        Command.run(Command.concat(
                List.of(as),
                List.of(TestPrograms.CONNECT.toString(), KEPT.socket().toString(), pid)));
    }

    private static void requireService() {
        assertThat(CONTAINER.shell("touch /f; chmod 600 /f").output()).contains("Bad message");
    }

    @ParameterizedTest
    @MethodSource("peers")
    void isRefusedAndLeavesNothing(Peer peer) throws Exception {
        long logged = KEPT.keeper().countLogged(peer.reason);
        double counted = count(peer.counter);
        int descriptors = KEPT.descriptors();
        long agent = KEPT.agent().pid();

        peer.attack.run();
        requireService();

        Await.until("its reason in the log").until(() -> KEPT.keeper().countLogged(peer.reason) > logged);
        assertThat(count(peer.counter)).isGreaterThan(counted);
        Await.until("as many descriptors as before").until(() -> KEPT.descriptors() <= descriptors);
        assertThat(KEPT.agent().pid()).isEqualTo(agent);
        assertThat(KEPT.keeper().log()).noneMatch(line -> line.contains("container hostile: serving"));
    }

    private static double count(String reason) throws IOException, InterruptedException {
        return Scrape.metrics(KEPT.keeper()).get("seccompagent_errors_total{reason=\"" + reason + "\"}");
    }
}
