package io.github.seccompagent.linux.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The C files are in layers. The table in this module's README.md lists them from the lowest to the highest. */
class HelperSourcesTest {
    private static final Path SOURCES = Path.of("src/main/c");
    private static final String TABLE = "| layer |";
    private static final Pattern INCLUDE = Pattern.compile("^ *# *include +\"([^\"]+)\"", Pattern.MULTILINE);

    /**
     * The units, and for each the other units that it includes. A unit is a .c file and the .h file of the same name.
     */
    private final Map<String, Set<String>> included = new TreeMap<>();

    private final Map<String, Integer> layers = new TreeMap<>();

    HelperSourcesTest() throws IOException {
        try (Stream<Path> files = Stream.concat(Files.list(SOURCES), Files.list(SOURCES.resolve("crossing")))) {
            for (Path file :
                    files.filter(file -> file.toString().matches(".*\\.[ch]")).toList()) {
                String unit = unitOf(file.getFileName().toString());
                Set<String> others = included.computeIfAbsent(unit, none -> new TreeSet<>());
                matches(INCLUDE, Files.readString(file)).stream()
                        .map(HelperSourcesTest::unitOf)
                        .forEach(others::add);
                others.remove(unit);
            }
        }
        List<List<String>> table = table();
        for (int layer = 0; layer < table.size(); layer++) {
            for (String unit : table.get(layer)) {
                assertThat(layers.put(unit, layer))
                        .as("another layer of " + unit)
                        .isNull();
            }
        }
    }

    private static String unitOf(String file) {
        return file.replaceFirst("\\.[ch]$", "");
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** The units of each layer: the code in the second column. */
    private static List<List<String>> table() throws IOException {
        return Files.readAllLines(Path.of("README.md")).stream()
                .dropWhile(line -> !line.startsWith(TABLE))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(row -> matches(Pattern.compile("`([a-z0-9]+)`"), row.split("\\|")[2]))
                .toList();
    }

    @Test
    void theTableHasEachFile() {
        assertThat(layers.keySet()).isEqualTo(included.keySet());
    }

    @Test
    void noFileIncludesOneOfAHigherLayer() {
        List<String> upwards = new ArrayList<>();

        included.forEach((unit, others) -> others.stream()
                .filter(other -> layers.getOrDefault(other, 0) > layers.getOrDefault(unit, 0))
                .forEach(other -> upwards.add(unit + " includes " + other)));

        assertThat(upwards).isEmpty();
    }

    @Test
    void noFilesIncludeEachOtherInACircle() {
        Set<String> left = new TreeSet<>(included.keySet()); // in the end those in and between circles

        while (left.removeIf(unit -> included.get(unit).stream().noneMatch(left::contains)
                || left.stream().noneMatch(other -> included.get(other).contains(unit)))) {
            continue;
        }

        assertThat(left).isEmpty();
    }
}
