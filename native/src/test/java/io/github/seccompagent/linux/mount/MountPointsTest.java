package io.github.seccompagent.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class MountPointsTest {
    private static final String TABLE = """
            36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            361 36 0:5 / /a\\040b\\011\\012\\134c rw - tmpfs 6 rw
            7 36 0:5 /x\\040y / rw - tmpfs none rw
            8 36 0:5 / /last
            """;

    private static ToIntFunction<byte[]> source(String text) {
        byte[] all = text.getBytes(StandardCharsets.ISO_8859_1);
        int[] at = {0};
        return buffer -> {
            int count = Math.min(7, all.length - at[0]);
            System.arraycopy(Arrays.copyOfRange(all, at[0], at[0] + count), 0, buffer, 0, count);
            at[0] += count;
            return count;
        };
    }

    private static TargetString find(int id) {
        return MountPoints.find(source(TABLE), id).orElse(null);
    }

    @Test
    void theFifthFieldIsTheMountPoint() {
        assertThat(find(36)).isEqualTo(TargetString.of("/mnt2"));
        assertThat(find(7)).isEqualTo(TargetString.of("/"));
    }

    @Test
    void escapedBytesAreThemselves() {
        assertThat(find(361)).isEqualTo(TargetString.of("/a b\t\n\\c"));
    }

    @Test
    void anotherIdIsNotFound() {
        assertThat(find(6)).isNull();
        assertThat(find(35)).isNull();
        assertThat(find(3)).isNull();
    }

    /** Whoever cuts a line may have cut the path. */
    @Test
    void aLineThatIsNotWholeIsNotFound() {
        assertThat(find(8)).isNull();
    }
}
