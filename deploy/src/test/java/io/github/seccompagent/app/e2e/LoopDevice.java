package io.github.seccompagent.app.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A disk: a file with a filesystem behind a loop device. */
final class LoopDevice implements AutoCloseable {
    private final TempFolder folder = TempFolder.create();
    private final Path device;

    private LoopDevice(String type) throws IOException {
        Path content = Files.createDirectory(folder.resolve("content"));
        Files.writeString(content.resolve("roots"), "x");
        Path theirs = Files.createDirectory(content.resolve("theirs"));
        Files.setAttribute(theirs, "unix:uid", 1000);
        Path image = folder.resolve("image");
        if (type.equals("squashfs")) {
            Command.run("mksquashfs", content.toString(), image.toString(), "-quiet", "-no-progress")
                    .orFail();
        } else {
            Command.run("mkfs." + type, "-q", "-d", content.toString(), image.toString(), "8M")
                    .orFail();
        }
        device = Path.of(
                Command.run("losetup", "--find", "--show", image.toString()).orFail());
    }

    static LoopDevice with(String type) {
        try {
            return new LoopDevice(type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives its node to a user; nobody else may open it then, but for root of the host. */
    LoopDevice ownedBy(int uid) {
        try {
            Files.setAttribute(device, "unix:uid", uid);
            Files.setAttribute(device, "unix:gid", uid);
            Files.setPosixFilePermissions(device, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Path path() {
        return device;
    }

    /** A number of its own: loop devices have major 7. */
    int minor() {
        return Integer.parseInt(device.getFileName().toString().replace("loop", ""));
    }

    @Override
    public void close() {
        ownedBy(0);
        Command.run("losetup", "--detach", device.toString()).orFail();
        folder.close();
    }
}
