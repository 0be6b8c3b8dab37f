package io.github.seccompagent.app.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The image of {@link RootFs}, as an archive like those of {@code docker save}: it needs no registry. */
final class LocalImage {
    static final String NAME = "localhost/seccomp-agent-e2e:1";
    static final String ARCHIVE = "image.tar";

    private static final String ARCHITECTURE = System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64";
    private static final ObjectMapper JSON = new ObjectMapper();

    private LocalImage() {}

    /** Makes {@link #ARCHIVE} in a folder. It sleeps when it is started. */
    static void write(Path folder) {
        try {
            Path rootfs = folder.resolve("rootfs");
            RootFs.createAt(rootfs);
            Path layer = folder.resolve("layer.tar");
            Command.run("tar", "-C", rootfs.toString(), "-cf", layer.toString(), ".")
                    .orFail();
            String digest = Command.run("sha256sum", layer.toString()).orFail().split(" ")[0];
            write(folder, "config.json", config(digest));
            write(
                    folder,
                    "manifest.json",
                    List.of(Map.of(
                            "Config", "config.json", "RepoTags", List.of(NAME), "Layers", List.of("layer.tar"))));
            Command.run(
                            "tar",
                            "-C",
                            folder.toString(),
                            "-cf",
                            folder.resolve(ARCHIVE).toString(),
                            "manifest.json",
                            "config.json",
                            "layer.tar")
                    .orFail();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> config(String digest) {
        return Map.of(
                "architecture",
                ARCHITECTURE,
                "os",
                "linux",
                "config",
                Map.of("Env", List.of("PATH=/bin"), "Cmd", List.of("sleep", "1000000")),
                "rootfs",
                Map.of("type", "layers", "diff_ids", List.of("sha256:" + digest)));
    }

    private static void write(Path folder, String name, Object content) throws IOException {
        Files.write(folder.resolve(name), JSON.writeValueAsBytes(content));
    }
}
