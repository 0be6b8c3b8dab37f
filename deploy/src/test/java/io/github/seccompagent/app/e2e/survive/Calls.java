package io.github.seccompagent.app.e2e.survive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.seccompagent.app.e2e.fixture.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a container says of its calls, line by line, in a file of its root. */
final class Calls {
    /** Makes a folder of another name below /d again and again. */
    static final String FOLDERS = "i=0; until [ -e /stop ]; do i=$((i+1));"
            + " if mkdir /d/$i 2>/e; then echo $i made; else echo $i $(cat /e); fi; done >/made; echo end >>/made";

    /** Executes a program again and again. */
    static final String PROGRAMS = "until [ -e /stop ]; do /bin/touch /f 2>&1; echo $?; done >/ran; echo end >>/ran";

    private static final String END = "end";
    private static final String MADE = " made";

    private final Path rootfs;
    private final String file;

    private Calls(Path rootfs, String file) {
        this.rootfs = rootfs;
        this.file = file;
    }

    /** Those of {@link #FOLDERS}. */
    static Calls madeFolders(Path rootfs) {
        return new Calls(rootfs, "made");
    }

    /** Those of {@link #PROGRAMS}. */
    static Calls ranPrograms(Path rootfs) {
        return new Calls(rootfs, "ran");
    }

    /** Has it end. */
    static void stop(Path rootfs) throws IOException {
        Files.createFile(rootfs.resolve("stop"));
    }

    List<String> lines() {
        try {
            return Files.readAllLines(rootfs.resolve(file));
        } catch (IOException notThere) {
            return List.of();
        }
    }

    void awaitMore() {
        int before = lines().size();
        Await.until("more calls in " + rootfs + "/" + file).until(() -> lines().size() > before + 2);
    }

    /**
     * Waits until it has ended, and returns what failed. If it made folders, those must be there that it was told of.
     */
    List<String> failed() throws IOException {
        Await.until("the end of " + rootfs + "/" + file).until(() -> lines().contains(END));
        List<String> lines = lines();
        if (file.equals("ran")) {
            return lines.stream()
                    .filter(line -> !line.equals("0") && !line.equals(END))
                    .toList();
        }
        requireFolders(lines);
        return lines.stream()
                .filter(line -> !line.endsWith(MADE) && !line.equals(END))
                .toList();
    }

    /** Of those that failed with EIO nobody knows. */
    private void requireFolders(List<String> lines) throws IOException {
        Set<String> told = numbers(lines, MADE);
        try (Stream<Path> folders = Files.list(rootfs.resolve("d"))) {
            Set<String> found = folders.map(
                            each -> each.getFileName().toString().split("-")[0])
                    .collect(Collectors.toSet());
            assertThat(found).as("folders that were made").containsAll(told);
            found.removeAll(told);
            assertThat(numbers(lines, "Input/output error"))
                    .as("folders that it was not told of")
                    .containsAll(found);
        }
    }

    private static Set<String> numbers(List<String> lines, String end) {
        return lines.stream()
                .filter(line -> line.endsWith(end))
                .map(line -> line.split(" ")[0])
                .collect(Collectors.toSet());
    }
}
