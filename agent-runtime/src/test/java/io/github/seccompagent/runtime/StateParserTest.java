package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import io.github.seccompagent.runtime.StateParser.BadStateException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateParserTest {
    /** As runc sends it. */
    private static final String COMPACT =
            "{\"ociVersion\":\"1.1.0\",\"fds\":[\"seccompFd\"],\"pid\":4712,\"metadata\":\"A=1\\nB={x}\",\"state\":"
                    + "{\"ociVersion\":\"1.1.0\",\"id\":\"abc\",\"status\":\"creating\",\"pid\":4711,"
                    + "\"bundle\":\"/run/b\",\"annotations\":{\"io.kubernetes.pod.name\":\"p\u00fc{}\"}}}";

    /** As crun sends it. */
    private static final String PRETTY = """
            {
                "ociVersion": "0.2.0",
                "fds": [
                    "seccompFd"
                ],
                "pid": 7,
                "state": {
                    "ociVersion": "0.2.0",
                    "id": "c",
                    "status": "running",
                    "pid": 7,
                    "bundle": "/b"
                }
            }
            """;

    @Test
    void theStateOfRunc() throws Exception {
        assertThat(parse(COMPACT))
                .contains(new ContainerProcessState(
                        "1.1.0",
                        4712,
                        "A=1\nB={x}",
                        new Container(
                                "abc", "creating", 4711, "/run/b", Map.of("io.kubernetes.pod.name", "p\u00fc{}"))));
    }

    @Test
    void theStateOfCrunHasNoMetadata() throws Exception {
        assertThat(parse(PRETTY))
                .contains(new ContainerProcessState("0.2.0", 7, "", new Container("c", "running", 7, "/b", Map.of())));
    }

    @Test
    void unknownFieldsArePassedOver() throws Exception {
        String more =
                COMPACT.replace("\"fds\"", "\"x\":{\"fds\":[1,{}]},\"fds\"").replace("\"id\"", "\"new\":null,\"id\"");

        assertThat(parse(more)).isEqualTo(parse(COMPACT)).isPresent();
    }

    @Test
    void noBeginningOfAStateIsOneYet() throws Exception {
        for (String whole : new String[] {COMPACT, PRETTY.strip(), " \r\n\t" + COMPACT}) {
            byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length < bytes.length; length++) {
                assertThat(new StateParser().feed(Arrays.copyOf(bytes, length)))
                        .as("the first %d bytes", length)
                        .isEmpty();
            }
            assertThat(new StateParser().feed(bytes)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\n\t \r"})
    void whiteSpaceBehindItIsNoHarm(String space) throws Exception {
        assertThat(parse(COMPACT + space)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "null", "GET / HTTP/1.1\r\n", "\0\0\0\0", "x", "}"})
    void whatBeginsOtherwiseIsRefusedAtOnce(String garbage) {
        assertBad(garbage, "no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{x}", "{\"a\":}", "{\"a\" 1}", "{]}", "{\"a\":1,}"})
    void whatIsNoJsonIsRefused(String garbage) {
        assertBad(garbage, "no JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"fds\":[],",
                "\"fds\":null,",
                "\"fds\":\"seccompFd\",",
                "\"fds\":{\"seccompFd\":1},",
                "\"fds\":[\"other\"],",
                "\"fds\":[\"seccompFd\",\"other\"],",
                "\"fds\":[\"seccompFd\",\"seccompFd\"],",
            })
    void theOneDescriptorHasToBeTheListener(String fds) {
        assertBad(COMPACT.replace("\"fds\":[\"seccompFd\"],", fds), "fds");
    }

    @Test
    void aStateWithoutAnIdIsRefused() {
        assertBad(COMPACT.replace("\"id\":\"abc\",", ""), "id");
        assertBad(COMPACT.replace("\"id\":\"abc\"", "\"id\":\"\""), "id");
        assertBad(COMPACT.replace("\"id\":\"abc\"", "\"id\":null"), "id");
        assertBad("{\"fds\":[\"seccompFd\"],\"pid\":1}", "id");
        assertBad("{\"fds\":[\"seccompFd\"],\"state\":\"x\"}", "id");
    }

    @Test
    void nullIsAsGoodAsNothing() throws Exception {
        String nulls = PRETTY.replace("\"bundle\": \"/b\"", "\"bundle\": null, \"annotations\": null")
                .replace("\"pid\": 7,\n    \"state\"", "\"pid\": 7, \"metadata\": null,\n    \"state\"");
        assertThat(nulls).contains("\"metadata\": null");

        ContainerProcessState state = parse(nulls).orElseThrow();

        assertThat(state.metadata()).isEmpty();
        assertThat(state.container().bundle()).isEmpty();
        assertThat(state.container().annotations()).isEmpty();
    }

    @Test
    void anAnnotationMayBeEmptyAndNullIsNone() throws Exception {
        String json = COMPACT.replace("\"annotations\":{", "\"annotations\":{\"empty\":\"\",\"null\":null,");

        assertThat(parse(json).orElseThrow().container().annotations())
                .containsEntry("empty", "")
                .doesNotContainKey("null")
                .hasSize(2);
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);

        assertBad(deep, "no JSON");
    }

    private static Optional<ContainerProcessState> parse(String text) throws BadStateException {
        return new StateParser().feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertBad(String text, String reason) {
        assertThatExceptionOfType(BadStateException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(reason);
    }
}
