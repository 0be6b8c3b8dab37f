package io.github.seccompagent.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.linux.fd.Fd;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which cgroups a mount has. The name of a cgroup outside of the cgroup namespace begins with "/..". */
class CgroupMountTest {
    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, true",
        "/, /a/b, true",
        "/, /..a, true",
        "/, /.., false",
        "/, /../a, false",
        "/, /../../a, false",
        "/a, /a, true",
        "/a, /a/b, true",
        "/a, /, false",
        "/a, /b, false",
        "/a, /ab, false",
        "/a, /../a, false",
        "/.., /.., true",
        "/.., /../a, true",
        "/.., /a, false",
        "/.., /../.., false",
        "/.., /../../a, false",
        "/.., /..a, false",
        "/../.., /../../a, true",
        "/../.., /../a, false",
    })
    void has(String root, String cgroup, boolean expected) {
        assertThat(new CgroupMount(Set.of("devices"), root, new Fd(-1)).has(cgroup))
                .isEqualTo(expected);
    }
}
