package io.github.seccompagent.app.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Tells one version of a file from another without reading it. Links are followed, so another target is another
 * version: that is how a ConfigMap changes.
 *
 * @param text the same for the same version
 * @param changed when it was written last
 */
record FileVersion(String text, Instant changed) {
    private static final Duration SETTLED = Duration.ofMillis(200);

    /** The change time, because programs such as {@code cp -p} set the modification time to what they like. */
    static FileVersion of(Path file) {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino,ctime,size");
            Instant changed = attributes.get("ctime") instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
            return new FileVersion(attributes.toString(), changed);
        } catch (NoSuchFileException e) {
            return new FileVersion("gone", Instant.EPOCH);
        } catch (IOException e) {
            return new FileVersion(String.valueOf(e), Instant.EPOCH);
        }
    }

    static boolean isWritableByOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException e) {
            return false; // who reads it will say why
        }
    }

    boolean isSame(FileVersion other) {
        return text.equals(other.text);
    }

    /**
     * Whether nobody has written for a moment. Otherwise it can be half of what somebody is writing, and the next write
     * can be so soon that the time is the same.
     */
    boolean isSettled() {
        return Duration.between(changed, Instant.now()).compareTo(SETTLED) > 0;
    }
}
