package io.github.seccompagent.app.inspect;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.ProcFile;
import io.github.seccompagent.linux.fd.ProcLines;
import io.github.seccompagent.linux.process.KnownProcess;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds containers by their ids in the names of cgroups, without their runtimes. */
final class CgroupSearch {
    private static final Pattern ID = Pattern.compile("(?:^|[^0-9a-f])([0-9a-f]{64})(?:[^0-9a-f]|$)");
    private static final int LONGEST = 8192;
    private static final int MOST = 1 << 20;

    private CgroupSearch() {}

    /** The containers whose ids begin so, each with its oldest process. */
    static List<FoundContainer> find(String prefix) {
        Map<String, FoundContainer> oldest = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path each : processes) {
                int pid = Integer.parseInt(each.getFileName().toString());
                idOf(pid).filter(id -> id.startsWith(prefix)).ifPresent(id -> add(id, pid, oldest));
            }
        } catch (IOException | DirectoryIteratorException hidden) {
            return List.of();
        }
        return new ArrayList<>(oldest.values());
    }

    private static void add(String id, int pid, Map<String, FoundContainer> oldest) {
        try {
            FoundContainer found =
                    new FoundContainer(id, "", pid, KnownProcess.of(pid).start());
            oldest.merge(id, found, (one, two) -> two.start() < one.start() ? two : one);
        } catch (ErrnoException gone) {
            // so it is not the container's first process
        }
    }

    /** The id of the outermost container that a process is in. */
    private static Optional<String> idOf(int pid) {
        String path = "/proc/" + pid + "/cgroup";
        try (ProcFile file = ProcFile.open(path)) {
            return ProcLines.findFirst(
                            path,
                            file::read,
                            LONGEST,
                            MOST,
                            line -> ID.matcher(line).find())
                    .map(line -> {
                        Matcher id = ID.matcher(line);
                        return id.find() ? id.group(1) : "";
                    });
        } catch (ErrnoException gone) {
            return Optional.empty();
        }
    }
}
