package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@SuppressWarnings("try") // the thread is only there to be closed
class StartupTaintTest {
    private static final String KEY = "seccomp-agent.io/not-ready";
    private static final StartupTaint.Condition AT_ONCE = () -> {};

    @TempDir
    private static Path keys;

    private static SSLContext certificate;

    @TempDir
    private Path account;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(StartupTaint.class);
    private NodeServer server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = ClusterCertificate.in(keys);
    }

    @BeforeEach
    void begin() throws IOException {
        Files.copy(keys.resolve("ca.crt"), account.resolve("ca.crt"));
        server = new NodeServer(certificate, account);
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void end() {
        logger.detachAppender(log);
        logger.setLevel(null); // as that of all others
        server.close();
    }

    private StartupTaint remove(StartupTaint.Condition condition) {
        return StartupTaint.removeAfter(condition, server.api(), "node1", KEY, Duration.ofMillis(20));
    }

    private static void awaitEnd(StartupTaint taint) throws InterruptedException {
        assertThat(taint.join(Duration.ofSeconds(30))).isTrue();
    }

    private List<String> logged() {
        synchronized (log) { // appends hold it too
            return log.list.stream().map(ILoggingEvent::toString).toList();
        }
    }

    @Test
    void onlyItsTaintIsTakenOff() throws InterruptedException {
        server.taint("a", "NoSchedule");
        server.taint(KEY, "NoSchedule");
        server.taint(KEY + "-yet", "NoExecute");
        server.taint(KEY, "NoExecute");
        awaitEnd(remove(AT_ONCE));
        assertThat(server.taints()).containsExactly(KEY + "-yet:NoExecute", "a:NoSchedule");
        assertThat(server.requests())
                .containsExactly("GET /api/v1/nodes/node1 Bearer secret", "PATCH /api/v1/nodes/node1 Bearer secret");
        assertThat(logged()).singleElement().asString().contains(KEY, "node1", "taken off");
    }

    @Test
    void aNodeWithoutItStaysAsItIs() throws InterruptedException {
        server.taint("a", "NoSchedule");
        awaitEnd(remove(AT_ONCE));
        assertThat(server.requests()).containsExactly("GET /api/v1/nodes/node1 Bearer secret");
        assertThat(logged()).isEmpty();
    }

    @Test
    void anAgentThatDoesNotServeLeavesIt() {
        server.taint(KEY, "NoSchedule");
        AtomicInteger trials = new AtomicInteger();
        CountDownLatch serves = new CountDownLatch(1);
        try (StartupTaint taint = remove(() -> {
            if (trials.incrementAndGet() < 3) {
                throw new ErrnoException(Errno.ETIMEDOUT, "the trial of the agent");
            }
            serves.await();
        })) {
            await().until(() -> trials.get() == 3);
            assertThat(server.requests()).isEmpty();
            assertThat(logged()).singleElement().asString().contains("stays", "ETIMEDOUT");
            serves.countDown();
            await().until(() -> server.taints().isEmpty());
        }
    }

    /** The place of a taint is part of what is asked for. */
    @Test
    void aNodeThatChangesMeanwhileLosesNothingElse() {
        server.taint(KEY, "NoSchedule");
        server.afterNextGet(() -> server.taint("other", "NoSchedule"));
        try (StartupTaint taint = remove(AT_ONCE)) {
            await().untilAsserted(() -> assertThat(server.taints()).containsExactly("other:NoSchedule"));
        }
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void whileItIsRefusedItIsTriedAgainAndSaidOnce() {
        server.taint(KEY, "NoSchedule");
        server.refuse("nodes is forbidden:\nno role");
        try (StartupTaint taint = remove(AT_ONCE)) {
            await().until(() -> server.requests().size() >= 3);
            assertThat(logged())
                    .singleElement()
                    .asString()
                    .contains("stays on node node1", "status 403", "nodes is forbidden:?no role");
            server.refuse("");
            await().until(() -> server.taints().isEmpty());
        }
    }

    @Test
    void whoEndsDoesNotTryAgain() throws InterruptedException {
        server.taint(KEY, "NoSchedule");
        server.refuse("no");
        StartupTaint taint = remove(AT_ONCE);
        await().until(() -> !server.requests().isEmpty());
        taint.close();
        awaitEnd(taint);
    }
}
