package io.github.seccompagent.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.api.TargetPath;
import io.github.seccompagent.api.TargetString;
import java.util.List;
import org.junit.jupiter.api.Test;

class MkdirWithSuffixTest {

    @Test
    void theFolderIsMadeOnBehalfWithTheSuffixAndTheModeThatWasAskedFor() throws Exception {
        FakeCall call = new FakeCall("mkdir").path(0, 5, "a/b/").number(1, 01777);

        assertThat(Handlers.mkdirWithSuffix("-x").handle(call)).isSameAs(FakeCall.ANSWER);
        assertThat(call.made).containsExactly(List.of("mkdir", new TargetPath(5, TargetString.of("a/b-x/")), 01777));
    }

    @Test
    void aPathThatCannotBeNamedOtherwiseIsTriedAsItIs() throws Exception {
        FakeCall call = new FakeCall("mkdir").path(0, TargetPath.AT_FDCWD, "/").number(1, 0777);

        Handlers.mkdirWithSuffix("-x").handle(call);

        assertThat(call.made)
                .containsExactly(List.of("mkdir", new TargetPath(TargetPath.AT_FDCWD, TargetString.of("/")), 0777));
    }
}
