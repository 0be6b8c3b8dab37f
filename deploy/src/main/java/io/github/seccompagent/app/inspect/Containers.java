package io.github.seccompagent.app.inspect;

import io.github.seccompagent.app.report.Printable;
import io.github.seccompagent.app.report.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds a container by its id, the beginning of its id, or its name. */
final class Containers {
    private static final int SHORTEST_PREFIX = 4;
    private static final int MOST_NAMED = 5;

    private Containers() {}

    /**
     * Finds one.
     *
     * @param roots where runtimes note their containers
     * @throws UsageException if there is none, or more than one
     */
    static FoundContainer find(String text, RuntimeStates roots) {
        List<Path> all = roots.containers();
        List<Path> exact = all.stream().filter(each -> id(each).equals(text)).toList();
        if (!exact.isEmpty()) {
            return only(text, exact.stream().map(RuntimeStates::read).toList());
        }
        List<FoundContainer> found = new ArrayList<>(named(text, all));
        if (found.isEmpty() && text.length() >= SHORTEST_PREFIX) {
            all.stream()
                    .filter(each -> id(each).startsWith(text))
                    .map(RuntimeStates::read)
                    .forEach(found::add);
        }
        if (found.isEmpty() && text.matches("[0-9a-f]{" + SHORTEST_PREFIX + ",64}")) {
            found.addAll(CgroupSearch.find(text));
        }
        return only(text, found);
    }

    private static String id(Path folder) {
        return folder.getFileName().toString();
    }

    private static List<FoundContainer> named(String text, List<Path> all) {
        ContainerNames names = new ContainerNames();
        List<FoundContainer> found = new ArrayList<>();
        for (Path each : all) {
            try {
                FoundContainer container = RuntimeStates.read(each);
                if (names.of(container).contains(text)) {
                    found.add(container);
                }
            } catch (UsageException ended) {
                // one that ends meanwhile, or of another runtime
            }
        }
        return found;
    }

    private static FoundContainer only(String text, List<FoundContainer> found) {
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new UsageException(
                    "'" + Printable.of(text) + "' is neither a pid nor a container here: give the pid of a process, or"
                            + " the id or name of a running container of runc, crun, containerd, CRI-O, podman or"
                            + " Docker (--runtime-root names where another runtime notes its containers)");
        }
        throw new UsageException(found.size() + " containers are meant by '" + Printable.of(text) + "': "
                + found.stream().limit(MOST_NAMED).map(FoundContainer::id).collect(Collectors.joining(", "))
                + ": give a whole id");
    }
}
