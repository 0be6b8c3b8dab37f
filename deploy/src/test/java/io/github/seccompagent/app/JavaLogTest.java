package io.github.seccompagent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaLogTest {
    private final JavaLog log = new JavaLog();
    private final Logger root = new Named("");
    private final Logger library = new Named("com.sun.jna.Native");

    private static final class Named extends Logger {
        Named(String name) {
            super(name, null);
        }
    }

    @BeforeEach
    void addAll() {
        assertThat(log.addLogger(root)).isTrue();
        assertThat(log.addLogger(library)).isTrue();
    }

    /** Its handler brings it into the agent's log. */
    @Test
    void whatALibraryLogsGoesToTheRoot() {
        assertThat(library.getParent()).isSameAs(root);
        assertThat(root.getParent()).isNull();
    }

    @Test
    void aNameIsAddedOnce() {
        assertThat(log.addLogger(new Named(library.getName()))).isFalse();
        assertThat(log.getLogger(library.getName())).isSameAs(library);
        assertThat(log.getLogger("another")).isNull();
        assertThat(Collections.list(log.getLoggerNames())).containsExactlyInAnyOrder("", library.getName());
    }
}
