package io.github.seccompagent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a table of mounts tells about granted ones: of those with unique ids only whether their filesystem is there. */
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
    void thatOfThisProcessHasItsRoot() {
        MountTable own = MountTable.of((int) ProcessHandle.current().pid());

        assertThat(own.ids()).isNotEmpty().allMatch(id -> id > 0);
        assertThat(own.devices()).isNotEmpty();
    }
}
