package io.github.seccompagent.app.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkTreeTest {
    @TempDir
    private Path folder;

    private String sumOf(String name, long seed) throws Exception {
        Files.createDirectory(folder.resolve(name));
        WorkTree.make(folder.resolve(name + "/tree"), seed, 30, 400, 10);
        return Command.run(
                        "sh",
                        "-c",
                        "tar -C " + folder.resolve(name)
                                + " -c --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner tree | sha256sum")
                .orFail();
    }

    /** Otherwise the figures of two machines, or of two days, could not be compared. */
    @Test
    void isTheSameEachTime() throws Exception {
        String sum = sumOf("one", 1);

        assertThat(sumOf("again", 1)).isEqualTo(sum);
        assertThat(sumOf("other", 2)).isNotEqualTo(sum);
        try (Stream<Path> all = Files.walk(folder.resolve("one/tree"))) {
            assertThat(all).hasSize(30 + 400 + 10);
        }
    }
}
