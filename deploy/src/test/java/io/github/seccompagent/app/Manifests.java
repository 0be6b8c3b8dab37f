package io.github.seccompagent.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files in deploy/kubernetes. */
public final class Manifests {
    static final Path FOLDER = Path.of("kubernetes").toAbsolutePath();

    /** The example of a policy, which is for the agent and not for the API server. */
    static final Path POLICY = FOLDER.resolve("nri/policy.yaml");

    private static final Path DASHBOARDS = FOLDER.resolve("monitoring/dashboards");

    private Manifests() {}

    /** A document and the file that it comes from. */
    record Manifest(Path file, JsonNode document) {
        Class<?> model() {
            return ManifestModels.of(document);
        }

        @Override
        public String toString() {
            return FOLDER.relativize(file) + " " + document.path("kind").asText();
        }
    }

    static Stream<Path> files() {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.getParent().equals(DASHBOARDS))
                    .filter(file -> !file.equals(POLICY))
                    .filter(file -> !file.toString().matches(".*\\.(md|png)")) // what people read
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Manifest> all() {
        return files().flatMap(Manifests::documents);
    }

    static Stream<Manifest> documents(Path file) {
        try {
            return StrictReader.documents(file).stream().map(document -> new Manifest(file, document));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** All documents of a kind, in the order of their files. */
    static <T> List<T> all(Class<T> model) {
        return all().filter(manifest -> manifest.model() == model)
                .map(manifest -> read(manifest, model))
                .toList();
    }

    /** The only document of its kind. */
    public static <T> T only(Class<T> model) {
        List<T> found = all(model);
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " of " + model);
        }
        return found.get(0);
    }

    /** The only document of its kind that every installation has. */
    static <T> T onlyInBase(Class<T> model) {
        List<T> found = all().filter(manifest -> manifest.model() == model)
                .filter(manifest -> manifest.file().getParent().equals(FOLDER))
                .map(manifest -> read(manifest, model))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " of " + model);
        }
        return found.get(0);
    }

    private static <T> T read(Manifest manifest, Class<T> model) {
        try {
            return StrictReader.read(manifest.document(), model);
        } catch (IOException e) {
            throw new UncheckedIOException(manifest.toString(), e);
        }
    }
}
