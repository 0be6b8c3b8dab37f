package io.github.seccompagent.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What a table of mounts tells about granted mounts. For mounts with unique ids it only tells whether their filesystem
 * is there.
 */
class MountTableTest {
    private static final long UNIQUE = (1L << 31) + 7;

    private final MountTable table = new MountTable(Set.of(7L), Set.of(20L, 30L));

    @Test
    void aMountIsThereIfItsIdIs() {
        assertThat(table.mayHave(new GrantedMount(7, 10, 0))).isTrue();
        assertThat(table.mayHave(new GrantedMount(8, 20, 0))).isFalse();
    }

    @Test
    void oneWithAUniqueIdMayBeThereIfItsFilesystemIs() {
        assertThat(table.mayHave(new GrantedMount(UNIQUE, 20, 0))).isTrue();
        assertThat(table.mayHave(new GrantedMount(UNIQUE, 10, 0))).isFalse();
    }

    @Test
    void thatOfThisProcessHasItsRoot() throws Exception {
        int self = (int) ProcessHandle.current().pid();
        String[] root =
                Files.readAllLines(Path.of("/proc/self/mountinfo")).get(0).split(" ");
        GrantedMount first = new GrantedMount(Long.parseLong(root[0]), 0, 0);
        GrantedMount none = new GrantedMount(1_000_000_000, 0, 0);

        MountTable table = MountTable.of(self, List.of(first, none));

        assertThat(table.mayHave(first)).isTrue();
        assertThat(table.mayHave(none)).isFalse();
        assertThat(table.ids()).hasSize(1);
    }
}
