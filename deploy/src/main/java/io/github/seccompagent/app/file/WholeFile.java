package io.github.seccompagent.app.file;

import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that are read or written as a whole. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Checks that a file can be made there later.
     *
     * @throws UsageException if not
     */
    public static void requireWritable(String option, Path file) {
        Path parent = folderOf(file);
        if (Files.isDirectory(file)) {
            throw new UsageException(option + " " + printable(file) + " is a folder: give the name of a file in it");
        }
        if (!Files.isDirectory(parent)) {
            throw new UsageException(option + " " + printable(file) + ": there is no folder " + printable(parent));
        }
        if (!Files.isWritable(Files.exists(file) && !Files.isRegularFile(file) ? file : parent)) {
            throw new UsageException(
                    option + " " + printable(file) + ": no permission to write in " + printable(parent));
        }
    }

    /**
     * Writes a file. If that fails, what was there before is still there. A device or a pipe is written to.
     *
     * @throws IOException with one line that names the file
     */
    public static void write(Path file, String text) throws IOException {
        try {
            Path real = Files.exists(file) ? file.toRealPath() : file;
            if (Files.exists(real) && !Files.isRegularFile(real)) {
                Files.writeString(real, text, StandardOpenOption.WRITE);
            } else {
                replace(real, text);
            }
        } catch (IOException e) {
            throw new IOException(printable(file) + ": not written: " + reason(e), e);
        }
    }

    /**
     * Writes a text to the file of the option --output, or to standard output.
     *
     * @throws UsageException if the file cannot be made there
     * @throws IOException if it could not be written
     */
    public static void writeOrPrint(Optional<Path> file, String text) throws IOException {
        if (file.isEmpty()) {
            System.out.print(text);
            return;
        }
        requireWritable("--output", file.get());
        write(file.get(), text);
    }

    private static void replace(Path file, String text) throws IOException {
        Path parent = folderOf(file);
        Path next = parent.resolve(
                "." + file.getFileName() + "." + ProcessHandle.current().pid());
        try {
            try (FileChannel channel =
                    FileChannel.open(next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
    }

    /**
     * Reads a file of limited size.
     *
     * @throws UsageException if it cannot be read, or is larger
     */
    public static byte[] read(Path file, int limit) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new UsageException(
                        printable(file) + " is larger than " + limit / 1024 + " KiB: give a smaller file");
            }
            return bytes;
        } catch (IOException e) {
            throw new UsageException(printable(file) + " cannot be read: " + reason(e));
        }
    }

    private static Path folderOf(Path file) {
        @Nullable Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
        return Printable.of(reason == null ? e.getClass().getSimpleName() : reason);
    }

    private static String printable(Path file) {
        return Printable.of(file.toString());
    }
}
