package io.github.seccompagent.app.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.seccompagent.app.file.JsonFile;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folders in which runtimes note their containers. Each has a folder with the container's id for a name. */
record RuntimeStates(List<Path> roots) {
    private static final List<String> SINGLE = List.of("/run/runc", "/run/crun");
    /** Those that have a folder for each namespace of the container manager. */
    private static final List<String> WITH_NAMESPACES =
            List.of("/run/containerd/runc", "/run/containerd/crun", "/run/docker/runtime-runc");

    private static final String BUNDLE = "bundle=";

    /** Those of this machine's root. */
    static RuntimeStates usual() {
        Stream<Path> namespaces = WITH_NAMESPACES.stream().map(Path::of).flatMap(folder -> folders(folder).stream());
        return new RuntimeStates(
                Stream.concat(SINGLE.stream().map(Path::of), namespaces).toList());
    }

    /** The ids of all containers, and the folders with their states. */
    List<Path> containers() {
        return roots.stream().flatMap(root -> folders(root).stream()).toList();
    }

    private static List<Path> folders(Path parent) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, Files::isDirectory)) {
            all.forEach(folders::add);
        } catch (IOException | DirectoryIteratorException missing) {
            return folders;
        }
        return folders;
    }

    /**
     * Reads a container's state.
     *
     * @throws UsageException if it has none that is known here
     */
    static FoundContainer read(Path folder) {
        String id = folder.getFileName().toString();
        Path ofRunc = folder.resolve("state.json");
        if (Files.exists(ofRunc)) {
            JsonNode state = JsonFile.ofRegular(ofRunc);
            return new FoundContainer(
                    id,
                    bundle(state),
                    state.path("init_process_pid").asInt(),
                    state.path("init_process_start").asLong(-1));
        }
        Path ofCrun = folder.resolve("status");
        if (Files.exists(ofCrun)) {
            JsonNode state = JsonFile.ofRegular(ofCrun);
            return new FoundContainer(
                    id,
                    state.path("bundle").asText(""),
                    state.path("pid").asInt(),
                    state.path("process-start-time").asLong(-1));
        }
        throw new UsageException(folder + " holds no state of a container that is known here");
    }

    private static String bundle(JsonNode stateOfRunc) {
        return JsonFile.texts(stateOfRunc.path("config").path("labels")).stream()
                .filter(label -> label.startsWith(BUNDLE))
                .map(label -> label.substring(BUNDLE.length()))
                .findFirst()
                .orElse("");
    }
}
