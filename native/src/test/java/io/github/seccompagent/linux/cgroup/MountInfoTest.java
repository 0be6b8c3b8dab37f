package io.github.seccompagent.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fixture.Texts;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountInfoTest {
    @Test
    void theFieldsOfALine() {
        assertThat(read("36 31 0:33 /a /sys/fs/cgroup/devices rw,relatime master:1 shared:2"
                        + " - cgroup cgroup rw,devices\n"))
                .containsExactly(new MountInfo(
                        "0:33",
                        "/a",
                        "/sys/fs/cgroup/devices",
                        Set.of("rw", "relatime"),
                        "cgroup",
                        Set.of("rw", "devices")));
    }

    @Test
    void whatIsEscapedInThem() {
        MountInfo mount = read("36 31 0:33 /a\\040b\\134040 /c\\011d\\012e\\0431 rw - cgroup2 none rw")
                .get(0);

        assertThat(mount.root()).isEqualTo("/a b\\040");
        assertThat(mount.mountPoint()).isEqualTo("/c\td\ne#1");
    }

    @Test
    void theOneThatCoversAnother() {
        assertThat(read("1 0 0:1 / /m rw - cgroup2 none rw\n2 1 0:1 /a /m rw - cgroup2 none rw\n"))
                .extracting(MountInfo::root)
                .containsExactly("/a");
    }

    @Test
    void readOnlyOnes() {
        assertThat(read("1 0 0:1 / /a rw - cgroup2 none rw\n2 0 0:1 / /b ro - cgroup2 none rw\n"
                        + "3 0 0:1 / /c rw - cgroup2 none ro\n"))
                .extracting(MountInfo::isReadOnly)
                .containsExactly(false, true, true);
    }

    @Test
    void linesThatAreNone() {
        assertThat(read("\nx\n1 0 0:1 / /a rw cgroup2 none rw\n")).isEmpty();
    }

    private static List<MountInfo> read(String file) {
        return MountInfo.read(Texts.source(file), mount -> true);
    }
}
