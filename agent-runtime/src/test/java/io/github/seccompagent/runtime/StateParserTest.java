package io.github.seccompagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.seccompagent.api.ContainerProcessState;
import io.github.seccompagent.api.ContainerProcessState.Container;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                assertThat(StateParser.ofAdministrator(name -> true).feed(Arrays.copyOf(bytes, length)))
                        .as("the first %d bytes", length)
                        .isEmpty();
            }
            assertThat(StateParser.ofAdministrator(name -> true).feed(bytes)).isPresent();
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
                "\"fds\":[\"seccompFd\",\"seccompFd\"],",
                "\"fds\":[\"seccompFd\",\"other\",\"seccompFd\"],",
                "\"fds\":[[\"seccompFd\"]],",
                "\"fds\":[{\"x\":\"seccompFd\"}],",
            })
    void oneDescriptorHasToBeTheListener(String fds) {
        assertBad(COMPACT.replace("\"fds\":[\"seccompFd\"],", fds), "fds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"seccompFd\" | 0 | 1",
                "\"seccompFd\",\"other\" | 0 | 2",
                "\"other\", \"seccompFd\" | 1 | 2",
                "null,\"seccompFd\" | 1 | 2",
                "\"\",1,[\"x\",2],{\"seccompFd\":[]},true,\"seccompFd\",\"other\" | 5 | 7",
                "0,0,0,0,0,0,0,\"seccompFd\",0,0,0,0 | 7 | 9",
            })
    void theNthNameIsThatOfTheNthDescriptor(String names, int place, int count) throws Exception {
        StateParser parser = StateParser.ofAdministrator(name -> true);

        assertThat(parser.feed(COMPACT.replace("\"seccompFd\"", names).getBytes(StandardCharsets.UTF_8)))
                .isPresent();
        assertThat(parser.placeOfListener()).isEqualTo(place);
        assertThat(parser.fds()).isEqualTo(count);
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

    /** Who reads the first of two fields would see another state than who reads the last. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"fds\":[\"seccompFd\"]",
                "\"pid\":4712",
                "\"metadata\":\"A=1\\nB={x}\"",
                "\"id\":\"abc\"",
                "\"status\":\"creating\"",
                "\"pid\":4711",
                "\"bundle\":\"/run/b\"",
                "\"io.kubernetes.pod.name\":\"p\u00fc{}\""
            })
    void twoFieldsOfOneNameAreRefused(String field) throws Exception {
        assertBad(COMPACT.replace(field, field + "," + field), "two fields of one name");
        assertThat(parse(COMPACT.replace("\"state\":{", "\"state\":{\"x\":{" + field + "},")))
                .isPresent();
    }

    @Test
    void twoStatesInOneAreRefused() {
        assertBad(COMPACT.replace("\"pid\":4712", "\"pid\":null,\"pid\":4712"), "two fields of one name");
        assertBad(COMPACT.replace("\"state\":", "\"state\":{},\"state\":"), "two fields of one name");
        assertBad(COMPACT.replace("\"annotations\":", "\"annotations\":{},\"annotations\":"), "two fields of one name");
    }

    /** Two names that differ would else become the same one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ff",
                "\u0080",
                "\u00c0\u0080",
                "\u00c3",
                "\u00c3(",
                "\u00e2\u0082",
                "\u00e0\u0080\u0080",
                "\u00ed\u00a0\u0080",
                "\u00f0\u0080\u0080\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u00f5\u0080\u0080\u0080"
            })
    void whatIsNoUtf8IsRefused(String bytes) {
        for (String place : List.of("abc", "creating", "/run/b", "metadata", "1.1.0")) {
            byte[] json =
                    COMPACT.replace("p\u00fc{}", "p").replace(place, bytes).getBytes(StandardCharsets.ISO_8859_1);
            assertThatExceptionOfType(BadStateException.class)
                    .isThrownBy(() -> StateParser.ofAdministrator(name -> true).feed(json))
                    .withMessageContaining("no UTF-8");
        }
    }

    @Test
    void whatIsUtf8IsRead() throws Exception {
        String all =
                "a\u0080\u07ff\u0800\ud7ff\ue000\uffff" + Character.toString(0x10000) + Character.toString(0x10ffff);
        assertThat(parse(COMPACT.replace("/run/b", all))
                        .orElseThrow()
                        .container()
                        .bundle())
                .isEqualTo(all);
    }

    /** A large value is not kept, not even in the text of an error. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ociVersion",
                "metadata",
                "fds",
                "id",
                "status",
                "bundle",
                "pid",
                "annotations",
                "io.kubernetes.pod.name",
            })
    void nothingLongIsKept(String name) {
        String field = "\"" + name + "\":";
        String large = "x".repeat(1_000_000);
        int at = COMPACT.lastIndexOf(field);
        assertThat(at).isPositive();
        String before = COMPACT.substring(0, at) + field;
        for (String value : new String[] {"\"" + large + "\"", "1".repeat(1_000_000), "[\"" + large + "\"]"}) {
            StateParser parser = StateParser.ofAdministrator(all -> true);
            try {
                parser.feed((before + value + ",\"a\":1}}}").getBytes(StandardCharsets.UTF_8));
            } catch (BadStateException e) {
                assertThat(e).message().hasSizeLessThan(400);
            }
            assertThat(parser.kept()).isLessThan(300_000);
        }
    }

    @Test
    void annotationsThatNobodyWantsAreNotKept() throws Exception {
        StateParser parser = StateParser.ofAdministrator(name -> name.equals("wanted"));
        String json = COMPACT.replace(
                "\"annotations\":{",
                "\"annotations\":{" + colliding(20_000) + "\"wanted\":\"v\",\"big\":\"" + "x".repeat(200_000) + "\",");

        ContainerProcessState state =
                parser.feed(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();

        assertThat(state.container().annotations()).containsExactly(Map.entry("wanted", "v"));
        assertThat(parser.kept()).isLessThan(1_000);
    }

    @Test
    void thoseThatAreWantedHaveLimits() {
        assertBad(COMPACT.replace("\"annotations\":{", "\"annotations\":{" + colliding(20_000)), "longer than");
    }

    /** Names with one hash code. */
    private static String colliding(int count) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            names.append('"').append(name).append("\":\"v\",");
        }
        return names.toString();
    }

    @Test
    void ofAUserOnlyTheProcessIsRead() throws Exception {
        ContainerProcessState state = StateParser.ofUser()
                .feed(COMPACT.getBytes(StandardCharsets.UTF_8))
                .orElseThrow();

        assertThat(state)
                .isEqualTo(
                        new ContainerProcessState("", 4712, "", new Container("abc", "creating", 4711, "", Map.of())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1.5", "99999999999999999999", "-", "01", "1e", "nul", "true", "+1"})
    void aPidIsANumber(String number) {
        assertThatExceptionOfType(BadStateException.class)
                .isThrownBy(() -> parse(COMPACT.replace("\"pid\":4711", "\"pid\":" + number)));
    }

    @Test
    void escapesAreRead() throws Exception {
        String json = COMPACT.replace("\"/run/b\"", "\"\\/\\u0041\\ud83d\\ude00\\udc00\\n\\\"\"");

        assertThat(parse(json).orElseThrow().container().bundle()).isEqualTo("/A\ud83d\ude00?\n\"");
    }

    @ParameterizedTest
    @CsvSource({
        "\\ud83dx\\ude00, ?x?",
        "\\ud83d\\n\\ude00, '?\n?'",
        "\\ud83d\\ud83d\\ude00, ?\ud83d\ude00",
        "\\ud83d, ?",
        "\\ud83d\\u0041, ?A"
    })
    void halvesOfACharacterAreNoneTogether(String escaped, String expected) throws Exception {
        String json = COMPACT.replace("/run/b", escaped);

        assertThat(parse(json).orElseThrow().container().bundle()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"state/id\":\"x\"}", "{\"state/annotations/a\":\"x\"}", "{\"fds/\":\"x\"}"})
    void noNameLooksLikeThePathOfAnotherOne(String others) throws Exception {
        String inner = others.substring(1, others.length() - 1);
        StateParser parser = StateParser.ofAdministrator(name -> true);

        Optional<ContainerProcessState> state =
                parser.feed(("{" + inner + "," + COMPACT.substring(1)).getBytes(StandardCharsets.UTF_8));

        assertThat(state).isEqualTo(parse(COMPACT)).isPresent();
        assertThat(parser.fds()).isEqualTo(1);
        assertThat(parser.placeOfListener()).isZero();
    }

    @Test
    void norAnyNameFurtherInside() throws Exception {
        assertThat(parse(COMPACT.replace("\"state\":{", "\"state\":{\"annotations/a\":\"x\",")))
                .isEqualTo(parse(COMPACT))
                .isPresent();
        assertThat(parse(COMPACT.replaceAll("\"annotations\":\\{.*?}\"}", "\"annotations\":[\"x\"]"))
                        .orElseThrow()
                        .container()
                        .annotations())
                .isEmpty();
        for (String fds : List.of("{\"\":\"seccompFd\"}", "{\"x\":{},\"\":\"seccompFd\"}")) {
            assertBad(COMPACT.replace("[\"seccompFd\"]", fds), "its \"fds\" should be");
        }
    }

    @Test
    void piecesOfAnySizeAreTheSame() throws Exception {
        byte[] bytes = PRETTY.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size < 20; size++) {
            StateParser parser = StateParser.ofAdministrator(name -> true);
            Optional<ContainerProcessState> state = Optional.empty();
            for (int at = 0; at < bytes.length && state.isEmpty(); at += size) {
                state = parser.feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
            }
            assertThat(state).isEqualTo(parse(PRETTY));
        }
    }

    private static Optional<ContainerProcessState> parse(String text) throws BadStateException {
        return StateParser.ofAdministrator(name -> true).feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertBad(String text, String reason) {
        assertThatExceptionOfType(BadStateException.class)
                .isThrownBy(() -> parse(text))
                .withMessageContaining(reason);
    }
}
