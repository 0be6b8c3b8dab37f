package io.github.seccompagent.app.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.github.seccompagent.app.report.Finding;
import io.github.seccompagent.app.report.Finding.Place;
import io.github.seccompagent.app.report.Severity;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Parses JSON, or YAML with one or more documents. Aliases of YAML are not followed, so a small text never becomes a
 * large one.
 */
public final class DocumentParser {
    private static final int DEEPEST = 64;
    private static final int MOST_VALUES = 100_000; // the program's heap has 64 MB
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxNumberLength(100)
            .build();
    private static final JsonFactory JSON =
            JsonFactory.builder().streamReadConstraints(LIMITS).build();
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .streamReadConstraints(LIMITS)
            .loaderOptions(yamlLimits())
            .build();

    private final String file;
    private final JsonParser parser;
    private final Findings findings;
    private int values;

    private DocumentParser(String file, JsonParser parser, Findings findings) {
        this.file = file;
        this.parser = parser;
        this.findings = findings;
    }

    private static LoaderOptions yamlLimits() {
        LoaderOptions limits = new LoaderOptions();
        limits.setNestingDepthLimit(DEEPEST);
        limits.setCodePointLimit(TextFile.LARGEST);
        return limits;
    }

    /**
     * Parses a text.
     *
     * @param file its name, for places
     * @throws UsageException if it is neither JSON nor YAML, or too deep
     */
    public static List<Node> parse(String file, String text, Findings findings) {
        boolean json =
                text.stripLeading().startsWith("{") || text.stripLeading().startsWith("[");
        try (JsonParser parser = json ? JSON.createParser(text) : YAML.createParser(text)) {
            return new DocumentParser(file, parser, findings).documents(json);
        } catch (StreamConstraintsException e) {
            throw new UsageException(file + ": it is nested more than " + DEEPEST
                    + " deep, or has a name, number or text that is too long, and no "
                    + findings.kind().noun() + " has");
        } catch (JsonProcessingException e) {
            throw broken(file, json, e.getLocation(), e.getOriginalMessage());
        } catch (YAMLException e) {
            throw broken(file, json, null, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UsageException(file + ": it cannot be read: " + e.getMessage());
        }
    }

    private static UsageException broken(String file, boolean json, @Nullable JsonLocation at, String said) {
        String place = at == null || at.getLineNr() < 1 ? file : file + ":" + at.getLineNr() + ":" + at.getColumnNr();
        String reason = said.lines()
                .filter(line -> !line.startsWith(" ")) // what the parser quotes, and where
                .limit(2)
                .collect(Collectors.joining(", "))
                .replaceAll(" \\(start marker.*", "");
        return new UsageException(place + ": it is no valid " + (json ? "JSON" : "YAML") + ": " + reason);
    }

    private List<Node> documents(boolean json) throws IOException {
        List<Node> documents = new ArrayList<>();
        while (parser.nextToken() != null) {
            if (json && !documents.isEmpty()) {
                throw new UsageException(place() + ": something follows the end of the JSON: remove it");
            }
            documents.add(node());
        }
        return documents;
    }

    private Node node() throws IOException {
        if (++values > MOST_VALUES) {
            throw new UsageException(place() + ": it has more than " + MOST_VALUES + " values, and no "
                    + findings.kind().noun() + " has");
        }
        Place place = place();
        if (findings.kind().isStrict() && parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            findings.error(
                    "alias",
                    place,
                    Findings.quote("*" + parser.getText()) + " is an alias, and aliases are not followed",
                    "It would be the name itself.",
                    "write what it stands for, or put the text into quotes");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> new Node.Fields(place, fields());
            case START_ARRAY -> new Node.Items(place, items());
            case VALUE_STRING -> new Node.Text(place, parser.getText());
            case VALUE_NUMBER_INT -> new Node.Whole(place, parser.getBigIntegerValue());
            case VALUE_NULL -> new Node.Null(place);
            default -> new Node.Other(place, parser.getText());
        };
    }

    private Map<String, Node.Field> fields() throws IOException {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Place place = place();
            String name = parser.currentName();
            parser.nextToken();
            Node.Field former = fields.put(name, new Node.Field(place, node()));
            if (former != null) {
                findings.add(new Finding(
                        "duplicate-key",
                        findings.kind().isStrict() ? Severity.ERROR : Severity.WARNING,
                        Findings.quote(name) + " is here a second time, after line "
                                + former.place().line(),
                        "Programs take the first one or the last one, each as it likes.",
                        "remove one of them",
                        place));
            }
        }
        return fields;
    }

    private List<Node> items() throws IOException {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node());
        }
        return items;
    }

    private Place place() {
        JsonLocation location = parser.currentTokenLocation();
        return new Place(file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
}
