package io.github.seccompagent.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.AbstractStringAssert;

/** What somebody gets to see who asked for something that cannot be. */
final class OneLine {
    private OneLine() {}

    /** Checks that the program ended with {@code status} and said one line; returns the line, to look for more. */
    static AbstractStringAssert<?> of(Command.Result result, int status) {
        assertThat(result.status()).as(result.output()).isEqualTo(status);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(1);
        return assertThat(result.err())
                .startsWith("seccomp-agent: ")
                .doesNotContain("Exception")
                .doesNotContain("at io.github");
    }
}
