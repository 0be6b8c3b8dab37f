package io.github.seccompagent.app.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotTest {
    private static final Pattern CIRCLE = Pattern.compile("cx=\"([-.0-9]+)\" cy=\"([-.0-9]+)\"");

    private static String svg(Map<String, SortedMap<Double, Double>> lines) {
        return new Plot("A & B < C", "listeners", "p99 us", lines).svg();
    }

    private static Map<String, SortedMap<Double, Double>> oneLine(double... numbers) {
        SortedMap<Double, Double> points = new TreeMap<>();
        for (int i = 0; i < numbers.length; i += 2) {
            points.put(numbers[i], numbers[i + 1]);
        }
        return Map.of("own", points);
    }

    private static List<String> texts(String svg) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(
                        document.getDocumentElement().getNamespaceURI() == null
                                ? document.getDocumentElement().getAttribute("xmlns")
                                : "")
                .isEqualTo("http://www.w3.org/2000/svg");
        NodeList texts = document.getElementsByTagName("text");
        return java.util.stream.IntStream.range(0, texts.getLength())
                .mapToObj(i -> ((Element) texts.item(i)).getTextContent())
                .toList();
    }

    private static List<double[]> circles(String svg) {
        return CIRCLE.matcher(svg)
                .results()
                .map((MatchResult found) ->
                        new double[] {Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2))})
                .toList();
    }

    @Test
    void hasTitleAxesWithNumbersAndUnitsAndALegend() throws Exception {
        Map<String, SortedMap<Double, Double>> lines = new LinkedHashMap<>();
        lines.put("reference", new TreeMap<>(Map.of(1.0, 5.0, 10_000.0, 60.0)));
        lines.put("own & other", new TreeMap<>(Map.of(1.0, 7.0, 10_000.0, 90.0)));

        assertThat(texts(svg(lines)))
                .contains("A & B < C", "listeners", "p99 us", "reference", "own & other")
                .contains("1", "10", "100", "1,000", "10,000", "5", "20", "50");
    }

    /** Up is more, and the same factor has the same length everywhere. */
    @Test
    void pointsStandWhereTheyBelong() {
        List<double[]> circles = circles(svg(oneLine(1, 10, 10, 100, 100, 1000)));

        assertThat(circles.get(0)).containsExactly(90, 400);
        assertThat(circles.get(1)).containsExactly(410, 238);
        assertThat(circles.get(2)).containsExactly(730, 76);
    }

    @Test
    void pointsStayInsideWhateverTheFigures() {
        assertThat(circles(svg(oneLine(1, 3.3, 64, 3.4, 9999, 123_456.7))))
                .allMatch(at -> at[0] >= 90 && at[0] <= 730 && at[1] >= 76 && at[1] <= 400);
        assertThat(circles(svg(oneLine(7, 7)))).allMatch(at -> at[0] >= 90 && at[0] <= 730);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0.05, 0.05", "2.5, 2.5", "10, 10", "50000, '50,000'", "1234.5, '1,235'"})
    void numbers(double number, String text) {
        assertThat(Plot.number(number)).isEqualTo(text);
    }
}
