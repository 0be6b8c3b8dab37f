package io.github.seccompagent.app.nri;

import io.github.seccompagent.app.nri.wire.LinuxDevice;
import io.github.seccompagent.app.nri.wire.OptionalUInt32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The device nodes of the node, which grants name. */
final class NodeDevices {
    private static final Path NODE = Path.of("/proc/1/root");
    private static final int TYPE = 0170000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;
    private static final int PERMISSIONS = 0777;
    private static final int EVERYBODY = 0666;

    /** Their modules make the node when it is first opened. The numbers are fixed. */
    private static final Map<String, LinuxDevice> WELL_KNOWN = Map.of(
            "/dev/fuse", device("/dev/fuse", "c", 10, 229, EVERYBODY),
            "/dev/net/tun", device("/dev/net/tun", "c", 10, 200, EVERYBODY));

    private NodeDevices() {}

    /** @throws RefusedException if the node has no such device */
    static LinuxDevice of(String path) throws RefusedException {
        try {
            return find(path).orElseThrow(() -> new RefusedException("the node has no device " + path));
        } catch (InvalidPathException e) {
            throw new RefusedException("no device can have the name " + path);
        }
    }

    private static Optional<LinuxDevice> find(String path) {
        Path absolute = Path.of(path).normalize();
        Path node = NODE.resolve(Path.of("/").relativize(absolute));
        for (Path file : new Path[] {node, absolute}) {
            try {
                int mode = (Integer) Files.getAttribute(file, "unix:mode");
                long number = (Long) Files.getAttribute(file, "unix:rdev");
                if ((mode & TYPE) == CHARACTER || (mode & TYPE) == BLOCK) {
                    String type = (mode & TYPE) == CHARACTER ? "c" : "b";
                    return Optional.of(device(path, type, major(number), minor(number), mode & PERMISSIONS));
                }
            } catch (IOException e) {
                // the next place
            }
        }
        return Optional.ofNullable(WELL_KNOWN.get(path));
    }

    private static LinuxDevice device(String path, String type, long major, long minor, int mode) {
        return LinuxDevice.newBuilder()
                .setPath(path)
                .setType(type)
                .setMajor(major)
                .setMinor(minor)
                .setFileMode(OptionalUInt32.newBuilder().setValue(mode))
                .build();
    }

    private static long major(long number) {
        return (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
    }

    private static long minor(long number) {
        return (number & 0xff) | (number >>> 12 & ~0xffL & 0xffffffffL);
    }
}
