package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The image that deploy/image builds, unpacked.
 *
 * @param rootfs what is in it
 * @param entrypoint the words of the command to which those of a container are added
 * @param environment what it sets
 */
record AgentImage(Path rootfs, List<String> entrypoint, List<String> environment) {
    private static final int BUILD_SECONDS = 180;

    /** When it is first asked for, the image is built. */
    private static final class Built {
        static final Path ARCHIVE = build();

        private static Path build() {
            String command = Path.of("image").toAbsolutePath().toString();
            Command.run(BUILD_SECONDS, List.of(command, "--no-build")).orFail();
            return Path.of("target/seccomp-agent-image.tar").toAbsolutePath();
        }
    }

    /** The image as a file, of the distribution that is there. */
    static Path archive() {
        return Built.ARCHIVE;
    }

    static AgentImage unpackTo(Path folder) throws IOException {
        extract(archive(), folder);
        JsonNode manifest = read(folder.resolve("manifest.json")).path(0);
        Path rootfs = Files.createDirectory(folder.resolve("rootfs"));
        for (JsonNode layer : manifest.path("Layers")) {
            extract(folder.resolve(layer.asText()), rootfs);
        }
        JsonNode config = read(folder.resolve(manifest.path("Config").asText())).path("config");
        return new AgentImage(rootfs, words(config.path("Entrypoint")), words(config.path("Env")));
    }

    private static void extract(Path tar, Path folder) {
        Command.run("tar", "-xf", tar.toString(), "-C", folder.toString()).orFail();
    }

    private static JsonNode read(Path file) throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(file));
    }

    private static List<String> words(JsonNode array) {
        List<String> words = new ArrayList<>();
        array.forEach(word -> words.add(word.asText()));
        return words;
    }
}
