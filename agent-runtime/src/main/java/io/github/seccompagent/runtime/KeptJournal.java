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
    private final List<String> others = new ArrayList<>(); // names of those of other versions

    /** @param count how many slots are wanted; there are fewer only where the agent before had fewer */
    KeptJournal(Keeper keeper, int count) {
        this.keeper = keeper.socket();
        List<Journal> ofOthers = new ArrayList<>();
        Journal own = null;
        for (String name : keeper.kept().names()) {
            Journal journal = name.matches("j[0-9]+") ? take(keeper, name) : null;
            if (journal != null && name.equals(Journal.NAME) && journal.isOfThisVersion()) {
                own = journal;
            } else if (journal != null) {
                others.add(name);
                ofOthers.add(journal);
            }
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

    private static Journal create(KeeperSocket keeper, int count) {
        keeper.remove(Journal.NAME); // one that cannot be read
        return Journal.create(count, keeper);
    }

    Slots slots() {
        return slots;
    }

    /** Called when all calls in there were answered. */
    void forgetOthers() {
        others.stream()
                .filter(name -> !name.equals(Journal.NAME))
                .forEach(name -> keeper.ifPresent(socket -> socket.remove(name)));
    }
}
