package io.github.seccompagent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.seccompagent.api.ContainerProcessState.Container;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerProcessStateTest {

    @Test
    void metadataIsReadAsLinesOfKeyAndValue() {
        ContainerProcessState state = withMetadata("A=1\nB=2\r\nA=3");

        assertThat(state.metadataValues("A")).containsExactly("1", "3");
        assertThat(state.metadataValues("B")).containsExactly("2");
    }

    @Test
    void aKeyThatIsNotThereHasNoValues() {
        assertThat(withMetadata("").metadataValues("A")).isEmpty();
        assertThat(withMetadata("AB=1\nA\n=A").metadataValues("A")).isEmpty();
    }

    @Test
    void aValueMayBeEmptyAndMayHoldAnEqualsSign() {
        assertThat(withMetadata("A=\nA=b=c").metadataValues("A")).containsExactly("", "b=c");
    }

    @Test
    void aKeyIsNoPattern() {
        assertThat(withMetadata("AB=1").metadataValues("A.")).isEmpty();
    }

    @Test
    void annotationsAreCopied() {
        Map<String, String> annotations = new HashMap<>(Map.of("a", "b"));
        Container container = new Container("c", "running", 1, "/b", annotations);
        annotations.put("c", "d");

        assertThat(container.annotations()).containsExactly(Map.entry("a", "b"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> container.annotations().put("x", "y"));
    }

    @Test
    void itsIdIsThatOfTheContainer() {
        assertThat(withMetadata("").id()).isEqualTo("c");
    }

    private static ContainerProcessState withMetadata(String metadata) {
        return new ContainerProcessState("1.1.0", 2, metadata, new Container("c", "creating", 1, "/bundle", Map.of()));
    }

    /** Names whose hashes collide must not cost more than others. Map.copyOf takes minutes for these. */
    @Test
    void annotationsThatCollideAreCopiedAtOnce() {
        Map<String, String> annotations = new HashMap<>();
        for (int i = 0; i < 1 << 16; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            annotations.put(name.toString(), "");
        }

        Container container =
                assertTimeout(Duration.ofSeconds(5), () -> new Container("c", "creating", 1, "/", annotations));

        assertThat(container.annotations()).hasSize(1 << 16);
    }
}
