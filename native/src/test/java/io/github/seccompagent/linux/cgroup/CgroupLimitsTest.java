package io.github.seccompagent.linux.cgroup;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.seccompagent.linux.fixture.HostileFiles;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

class CgroupLimitsTest extends HostileFiles {
    static Stream<Arguments> parsers() {
        return Stream.of(
                arguments(
                        "37 31 0:33 /a\\040b /c rw,relatime master:1 - cgroup cgroup rw,memory\n",
                        parser(file ->
                                MountInfo.read(file, mount -> mount.type().startsWith("cgroup")))),
                arguments("4:devices,memory:/a/b\n0::/a:b\n", parser(Cgroups::paths)));
    }
}
