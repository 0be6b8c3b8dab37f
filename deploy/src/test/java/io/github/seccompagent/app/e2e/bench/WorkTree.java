package io.github.seccompagent.app.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A tree of folders, files and links, like the sources of a program. Except for its times it is always the same. */
final class WorkTree {
    private static final int LINKS = 100;
    private static final int FANOUT = 6;

    private final Random random;
    private final int folders;
    private final int files;
    private final int maxLines;

    private WorkTree(long seed, int folders, int files, int maxLines) {
        random = new Random(seed);
        this.folders = folders;
        this.files = files;
        this.maxLines = maxLines;
    }

    /**
     * Makes a tree.
     *
     * @param maxLines how many lines of about 40 bytes the longest file has. Most have a quarter of that or less
     */
    static void make(Path root, long seed, int folders, int files, int maxLines) throws IOException {
        new WorkTree(seed, folders, files, maxLines).make(root);
    }

    private void make(Path root) throws IOException {
        List<Path> made = new ArrayList<>(List.of(Files.createDirectories(root)));
        for (int i = 1; i < folders; i++) {
            made.add(Files.createDirectory(made.get((i - 1) / FANOUT).resolve("folder-" + i)));
        }
        for (int i = 0; i < files; i++) {
            Path file = made.get(i % folders).resolve("file-" + i + ".txt");
            Files.writeString(file, text());
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(i % 20 == 0 ? "rwxr-xr-x" : "rw-r--r--"));
        }
        for (int i = 0; i < LINKS * files / 4000; i++) {
            Files.createSymbolicLink(
                    made.get(i % folders).resolve("link-" + i), Path.of("file-" + i % folders + ".txt"));
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int lines = 1 + (int) (maxLines * random.nextDouble() * random.nextDouble());
        for (int i = 0; i < lines; i++) {
            text.append(Long.toString(random.nextLong(), 36))
                    .append(" the line ")
                    .append(i)
                    .append(" of a file\n");
        }
        return text.toString();
    }
}
