package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.resolver.MetadataCheck.Kind;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check says what the resolvers say. */
class MetadataCheckTest {
    private static final MetadataCheck CHECK = new MetadataCheck(List.of("prometheus", "falco"));

    private static String problems(String metadata) {
        return CHECK.problems(metadata).stream()
                .map(problem -> problem.key() + " " + problem.kind())
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MOUNT_PROC=true|''",
                "MOUNT_PROC=yes|MOUNT_PROC REFUSED",
                "MOUNT_PROC=TRUE|MOUNT_PROC DOUBTFUL",
                "MOUNT_OTHER_FS_LIST=tmpfs,cgroup|MOUNT_OTHER_FS_LIST DOUBTFUL",
                "MKNOD_DEVICES=null,sda|MKNOD_DEVICES REFUSED",
                "MKDIR_TMPL={{.Nonsense}}|MKDIR_TMPL REFUSED",
                "EXEC_DURATION=soon|EXEC_DURATION REFUSED, EXEC_DURATION DOUBTFUL",
                "SIDECARS=a|SIDECARS DOUBTFUL",
                "DEFAULT_ACTION=errno:ENONSENSE|DEFAULT_ACTION REFUSED",
                "MIDDLEWARE=falco,prometheus|''",
                "MIDDLEWARE=nobody|MIDDLEWARE REFUSED",
                "PASS_OPEN=true|''",
                "DEFAULT=kill-container|DEFAULT UNKNOWN_KEY",
                "hello|hello UNKNOWN_KEY"
            })
    void eachKey(String metadata, String expected) {
        assertThat(problems(metadata)).isEqualTo(expected);
    }

    @Test
    void noneHidesAnother() {
        assertThat(CHECK.problems("MOUNT_PROC=x\nMKNOD_DEVICES=x\nOTHER=1"))
                .extracting(MetadataCheck.Problem::kind)
                .containsExactly(Kind.REFUSED, Kind.REFUSED, Kind.UNKNOWN_KEY);
    }

    @Test
    void theCallsThatMetadataIsAbout() {
        assertThat(CHECK.handledFamilies("MOUNT_PROC=true")).containsExactly("mount", "umount");
        assertThat(CHECK.handledFamilies("MKDIR_TMPL=-x\nMKNOD_DEVICES=null")).containsExactly("mkdir", "mknod");
        assertThat(CHECK.handledFamilies("EXEC_PATTERN=/a\nEXEC_DURATION=1s")).containsExactly("execve");
        assertThat(CHECK.handledFamilies("DEFAULT_ACTION=kill-container")).isEmpty();
    }
}
