package io.github.seccompagent.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a report says of a container's words commands no terminal and forges no line, as text and as JSON. */
class ReportTest {
    /** All of ASCII and of the C1 codes, marks of direction, ends of lines, joiners, tags, and half a character. */
    private static final String HOSTILE = IntStream.concat(
                    IntStream.range(0, 0xa1),
                    IntStream.of(
                            0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
                            0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xe0001, 0xe0041, 0xd800))
            .mapToObj(Character::toString)
            .collect(Collectors.joining());

    private static final String FORGED = "x\n\u001b[2Jerror: forged\u001b[31m\r\u009b1A\u202egnirts\u007f\b\u0007";
    private static final String FOREIGN = "\u00e9 \u4e2d \ud83d\ude00";

    private static String printed(BiConsumer<Report, PrintStream> print, String text) {
        Report report = new Report();
        report.add(new Finding("id", Severity.ERROR, text, text, text, new Finding.Place(text, 1, 2)));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        print.accept(report, new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static String json(String text) {
        return printed(Report::printJson, text);
    }

    private static String plain(String text) {
        return printed((report, out) -> report.print(out, false), text);
    }

    @Test
    void jsonIsPrintableAsciiAndSaysTheSame() throws Exception {
        for (String text : List.of(HOSTILE, FORGED, FOREIGN, "a\"b\\c</script>")) {
            String json = json(text);

            assertThat(json.lines())
                    .allMatch(line -> line.matches("[ -~]*"))
                    .hasSameSizeAs(json("x").lines().toList());
            JsonNode finding =
                    new ObjectMapper().readTree(json).path("findings").path(0);
            assertThat(finding.path("what").asText()).isEqualTo(text);
            assertThat(finding.path("place").path("file").asText()).isEqualTo(text);
        }
    }

    @Test
    void namesOfFieldsAreToo() {
        assertThat(Report.json(Map.of(HOSTILE, HOSTILE)).lines()).hasSize(3).allMatch(line -> line.matches("[ -~]*"));
    }

    @Test
    void textHasNothingThatIsNotSeen() {
        for (String text : List.of(HOSTILE, FORGED)) {
            String plain = plain(text);

            assertThat(plain.lines()).hasSize(3);
            assertThat(plain.replace("\n", "").codePoints().map(Character::getType))
                    .doesNotContain(
                            (int) Character.CONTROL,
                            (int) Character.FORMAT,
                            (int) Character.LINE_SEPARATOR,
                            (int) Character.PARAGRAPH_SEPARATOR,
                            (int) Character.SURROGATE);
        }
    }

    @Test
    void otherLanguagesStay() {
        assertThat(plain(FOREIGN)).startsWith(FOREIGN + ":1:2: error: " + FOREIGN + "\n");
    }
}
