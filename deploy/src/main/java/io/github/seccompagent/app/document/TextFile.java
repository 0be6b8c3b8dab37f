package io.github.seccompagent.app.document;

import io.github.seccompagent.app.report.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file of text that is not trusted. */
public final class TextFile {
    /** A container's whole config.json has about 20 KB, and the largest known profile 25 KB. */
    public static final int LARGEST = 1 << 20;

    private TextFile() {}

    /**
     * Reads it whole.
     *
     * @throws UsageException if it cannot be read, is too large, or is no text
     */
    public static String read(Path file, FileKind kind) {
        byte[] bytes = bytes(file);
        if (bytes.length > LARGEST) {
            throw new UsageException(
                    file + ": it is larger than 1 MiB, and no " + kind.noun() + " is: name another file");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UsageException(file + ": it is no text in UTF-8: name a file of JSON or YAML");
        }
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new UsageException(file + ": it is a folder: name a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            throw new UsageException(file + ": there is no such file");
        } catch (AccessDeniedException e) {
            throw new UsageException(file + ": you may not read it");
        } catch (IOException e) {
            throw new UsageException(file + ": it cannot be read: " + e.getMessage());
        }
    }
}
