package io.github.seccompagent.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.seccompagent.linux.fd.ProcLines;
import io.github.seccompagent.linux.fixture.HostileFiles;
import io.github.seccompagent.linux.fixture.Texts;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

class ProcessLimitsTest extends HostileFiles {
    static Stream<Arguments> parsers() {
        return Stream.of(
                arguments(
                        "Groups:\t4 24 4294967294\nUid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\nCapEff:\tffffffffa80425fb\n",
                        parser(StatusFile::read)),
                arguments("         0     100000      65536\n", parser(file -> UserNamespace.isRoot(file, 7))),
                arguments("pos:\t0\nflags:\t012000000\nmnt_id:\t15\n", parser(OpenFiles::isOnlyPlace)),
                arguments(
                        "1 (a b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n",
                        parser(file -> ProcLines.read(
                                "stat",
                                file,
                                4096,
                                4096,
                                line -> ThreadStat.parse(line).start() >= 0))));
    }

    @Test
    void noMoreIsReadThanIsWanted() {
        Texts.Endless fdinfo = new Texts.Endless("flags:\t02\ntfd:        9 events:       19 data: 9\n");

        assertThat(OpenFiles.isOnlyPlace(fdinfo)).isFalse();
        assertThat(fdinfo.given()).isEqualTo(4096);
    }
}
