package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.peer.AcceptorStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control sockets of the acceptors at one socket, which the keeper has. A name is the kind with the version of what
 * they say, one of 32 letters, and the end of the name of the socket. The letter's place, divided by 8, leaves the part
 * of the processors: so new ones can be there beside old ones. Safe for use by several threads.
 */
final class KeptAcceptors implements AcceptorStore {
    private static final Logger LOG = LoggerFactory.getLogger(KeptAcceptors.class);
    private static final Pattern KNOWN = Pattern.compile("p1([0-9a-v])([0-9]{0,3})");
    private static final String ANY = "p";
    private static final String FORMAT = "p1";
    private static final int PARTS = 8;
    private static final int LETTERS = 32;
    private static final int LONGEST_NAME = 6;

    private final Optional<KeeperSocket> keeper;
    private final String end;
    private final Set<String> used = new HashSet<>(); // guarded by this
    private List<Kept> kept; // guarded by this

    KeptAcceptors(Optional<KeeperSocket> keeper, String end, List<Kept> kept) {
        this.keeper = keeper;
        this.end = end;
        this.kept = kept;
        kept.forEach(each -> used.add(each.name()));
    }

    /**
     * Takes all of them, by the ends of the names of their sockets. Those of another version are at the end "?".
     *
     * @param wanted whether they go on accepting
     */
    static Map<String, List<Kept>> take(KeptFds fds, boolean wanted) {
        Map<String, List<Kept>> byEnd = new HashMap<>();
        for (String name : fds.names()) {
            Matcher known = KNOWN.matcher(name);
            if (known.matches()) {
                int part = Character.digit(known.group(1).charAt(0), LETTERS) % PARTS;
                add(byEnd, known.group(2), fds.take(name), control -> new Kept(name, part, wanted, true, control));
            } else if (isName(name)) {
                add(byEnd, "?", fds.take(name), control -> new Kept(name, 0, false, false, control));
            }
        }
        return byEnd;
    }

    /** Whether an acceptor is kept by that name, of this version or another one. */
    static boolean isName(String name) {
        return name.startsWith(ANY);
    }

    private static void add(Map<String, List<Kept>> byEnd, String end, Optional<Fd> control, Function<Fd, Kept> kept) {
        control.map(kept)
                .ifPresent(each ->
                        byEnd.computeIfAbsent(end, any -> new ArrayList<>()).add(each));
    }

    @Override
    public synchronized List<Kept> takeKept() {
        List<Kept> those = kept;
        kept = List.of();
        return those;
    }

    @Override
    public String keep(int part, int control) {
        if (keeper.isEmpty()) {
            return "";
        }
        String name = freeName(part);
        try {
            if (name.isEmpty()) {
                LOG.error("an acceptor is not kept: there are too many sockets or acceptors");
            } else {
                keeper.get().store(name, control);
            }
        } catch (ErrnoException e) {
            LOG.error("an acceptor is not kept: {}", e.getMessage());
            forget(name);
            return "";
        }
        return name;
    }

    private synchronized String freeName(int part) {
        for (int letter = part; letter < LETTERS; letter += PARTS) {
            String name = FORMAT + Character.forDigit(letter, LETTERS) + end;
            if (name.length() <= LONGEST_NAME && used.add(name)) {
                return name;
            }
        }
        return "";
    }

    @Override
    public void forget(String name) {
        if (name.isEmpty()) {
            return;
        }
        try {
            keeper.ifPresent(socket -> socket.remove(name));
        } catch (ErrnoException gone) {
            LOG.debug("{}", gone.getMessage());
        }
        synchronized (this) {
            used.remove(name);
        }
    }
}
