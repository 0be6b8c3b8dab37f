package io.github.seccompagent.app.nri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.seccompagent.app.report.UsageException;
import io.github.seccompagent.resolver.policy.Seal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeyTest {
    @TempDir
    private Path folder;

    private Path file;
    private NodeKey key;

    @BeforeEach
    void name() {
        file = folder.resolve("agent.socket.key");
        key = NodeKey.besideSocket(folder.resolve("agent.socket"));
    }

    @Test
    void isMadeOnceAndStays() throws Exception {
        assertThat(key.seal()).isEmpty();

        key.sealOrMake();
        byte[] made = Files.readAllBytes(file);
        key.sealOrMake();

        assertThat(key.seal()).isPresent();
        assertThat(Files.readAllBytes(file)).isEqualTo(made).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void whatOthersMayReadIsNoSecret() throws Exception {
        key.sealOrMake();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(key::seal)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no file that only root may read");
    }

    @Test
    void aKeyThatAnotherUserMadeIsNoSecret() throws Exception {
        key.sealOrMake();
        Files.setAttribute(file, "unix:uid", 1000);

        assertThatThrownBy(key::sealOrMake)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no file that only root may read");
    }

    /** As while a node's agent is replaced by another one. */
    @Test
    void agentsThatMakeItTogetherHaveTheSameKey() throws Exception {
        ExecutorService agents = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 300; round++) {
                List<Future<Seal>> seals = agents.invokeAll(Collections.nCopies(4, () -> key.sealOrMake()));
                for (Future<Seal> seal : seals) {
                    seal.get();
                }
                Files.delete(file);
            }
        } finally {
            agents.shutdownNow();
        }
    }

    @Test
    void linksAndBrokenKeysAreRefused() throws Exception {
        Path other = Files.write(folder.resolve("other"), new byte[32]);
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(file, other);
        assertThatThrownBy(key::sealOrMake).isInstanceOf(UsageException.class);

        Files.delete(file);
        Files.write(file, new byte[31]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(key::sealOrMake)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no key of this agent");
    }
}
