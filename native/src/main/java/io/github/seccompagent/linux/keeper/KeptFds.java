package io.github.seccompagent.linux.keeper;

import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.libc.LibC;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors that a keeper gave to this process, by their names, as sd_listen_fds(3) has them. Owns those that
 * were not taken. For use by one thread.
 */
public final class KeptFds implements AutoCloseable {
    private static final int FIRST = 3;
    private static final int MOST = 1 << 15;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;

    private final Map<String, List<Fd>> byName = new TreeMap<>();

    private KeptFds() {}

    /** Those that an environment tells of, if it is that of the process. From now on no other process inherits them. */
    public static KeptFds of(Map<String, String> environment, int pid) {
        KeptFds kept = new KeptFds();
        int count = number(environment.get("LISTEN_FDS"));
        if (number(environment.get("LISTEN_PID")) != pid || count > MOST) {
            return kept;
        }
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        for (int i = 0; i < count; i++) {
            if (LibC.fcntl(FIRST + i, F_SETFD, FD_CLOEXEC) == 0) { // else there is none of that number
                String name = i < names.length ? names[i] : "";
                kept.byName.computeIfAbsent(name, any -> new ArrayList<>()).add(new Fd(FIRST + i));
            }
        }
        return kept;
    }

    /** Those that came some other way. */
    public static KeptFds of(Map<String, List<Fd>> those) {
        KeptFds kept = new KeptFds();
        those.forEach((name, fds) -> kept.byName.put(name, new ArrayList<>(fds)));
        return kept;
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The names of those that are here. */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** Gives away all of a name, in no order. */
    public List<Fd> takeAll(String name) {
        List<Fd> those = byName.remove(name);
        return those == null ? List.of() : those;
    }

    /** Gives one away. Others of the same name are closed, where each name is stored once. */
    public Optional<Fd> take(String name) {
        List<Fd> those = takeAll(name);
        if (those.isEmpty()) {
            return Optional.empty();
        }
        those.subList(1, those.size()).forEach(Fd::close);
        return Optional.of(those.get(0));
    }

    /** Closes those that nobody has taken. */
    @Override
    public void close() {
        byName.values().forEach(those -> those.forEach(Fd::close));
        byName.clear();
    }
}
