package io.github.seccompagent.runtime;

import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.linux.keeper.Journal;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal of an agent: that of the agent before, if there was one. For use by one thread. */
final class KeptJournal {
    private static final Logger LOG = LoggerFactory.getLogger(KeptJournal.class);

    private final Optional<KeeperSocket> keeper;
    private final Slots slots;
    private final List<String> others = new ArrayList<>(); // names of those that are not its own

    /** @param count how many slots are wanted; there are fewer only where the agent before had fewer */
    KeptJournal(Keeper keeper, int count) {
        this.keeper = keeper.socket();
        List<Journal> ofOthers = new ArrayList<>();
        Journal own = null;
        for (String name : keeper.kept().names()) {
            if (!name.matches("j[0-9]+b?")) {
                continue;
            }
            Journal journal = take(keeper, name);
            if (journal != null && own == null && Journal.NAMES.contains(name) && journal.isOfThisVersion()) {
                own = journal;
                continue;
            }
            others.add(name);
            if (journal != null) {
                ofOthers.add(journal);
            }
        }
        if (own != null && own.count() < count) {
            LOG.warn(
                    "the agent before had room for {} threads, and this one wants {}: it has no more until a keeper"
                            + " starts without containers",
                    own.count(),
                    count);
        }
        slots = this.keeper.isEmpty()
                ? Slots.of(count)
                : Slots.of(own == null ? create(this.keeper.get(), count) : own);
        ofOthers.forEach(slots::addLeft);
    }

    private static @Nullable Journal take(Keeper keeper, String name) {
        try {
            return keeper.kept().take(name).map(Journal::of).orElseThrow();
        } catch (ErrnoException e) {
            LOG.error("the kept journal {} cannot be read, calls in it are never answered: {}", name, e.getMessage());
            return null;
        }
    }

    /** The others stay until their calls are answered, so this one needs a name that none of them has. */
    private Journal create(KeeperSocket keeper, int count) {
        String free = Journal.NAMES.stream()
                .filter(name -> !others.contains(name))
                .findFirst()
                .orElseGet(() -> takeName(keeper));
        return Journal.create(count, keeper, free);
    }

    private String takeName(KeeperSocket keeper) {
        String name = Journal.NAMES.get(0);
        others.remove(name);
        keeper.remove(name);
        return name;
    }

    Slots slots() {
        return slots;
    }

    /** Called when all calls in there were answered. */
    void forgetOthers() {
        others.forEach(name -> keeper.ifPresent(socket -> socket.remove(name)));
    }
}
