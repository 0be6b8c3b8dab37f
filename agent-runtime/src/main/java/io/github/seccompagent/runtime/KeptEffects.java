package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.helper.FileIdentity;
import io.github.seccompagent.linux.keeper.EffectsMemfd;
import io.github.seccompagent.linux.keeper.KeeperSocket;
import io.github.seccompagent.linux.notify.Notification;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The effects of calls whose answer the kernel refused, kept for the next agent. For use by one thread at a time. */
final class KeptEffects implements AutoCloseable {
    /** The place of an effect that is not kept. */
    static final int NOWHERE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(KeptEffects.class);
    private static final LogLimit WARNINGS = new LogLimit(LOG::warn);
    private static final int NOTIFICATION = 9; // where it begins
    private static final long OBJECT = 1; // flags for what there is
    private static final long DESCRIPTOR = 2;
    private static final long UNCERTAIN = 4;

    private final @Nullable EffectsMemfd memfd;
    private final BitSet used = new BitSet();

    /**
     * An effect as it is kept.
     *
     * @param listener the number by which the keeper has the listener of the call
     * @param doneNanos as System.nanoTime, which goes on from one process to the next
     */
    record Kept(int listener, Notification notification, Effect effect, long threadStart, long doneNanos) {
        /** The same, with another time. */
        Kept doneAt(long nanos) {
            return new Kept(listener, notification, effect, threadStart, nanos);
        }

        private long[] words() {
            FileIdentity object = effect.object().orElse(new FileIdentity(0, 0, 0));
            long[] words = new long[EffectsMemfd.WORDS];
            words[0] = listener;
            words[1] = threadStart;
            words[2] = doneNanos;
            words[3] = effect.asked();
            words[4] = (effect.object().isPresent() ? OBJECT : 0)
                    | (effect.descriptor().isPresent() ? DESCRIPTOR : 0)
                    | (effect.uncertain() ? UNCERTAIN : 0);
            words[5] = object.device();
            words[6] = object.inode();
            words[7] = object.birthNanos();
            words[8] = effect.descriptor().orElse(0);
            NotificationWords.put(notification, words, NOTIFICATION);
            return words;
        }

        private static Kept of(long[] words) {
            Optional<FileIdentity> object = (words[4] & OBJECT) == 0
                    ? Optional.empty()
                    : Optional.of(new FileIdentity(words[5], words[6], words[7]));
            OptionalInt descriptor =
                    (words[4] & DESCRIPTOR) == 0 ? OptionalInt.empty() : OptionalInt.of((int) words[8]);
            return new Kept(
                    (int) words[0],
                    NotificationWords.get(words, NOTIFICATION),
                    new Effect(words[3], object, descriptor, (words[4] & UNCERTAIN) != 0),
                    words[1],
                    words[2]);
        }
    }

    private KeptEffects(@Nullable EffectsMemfd memfd) {
        this.memfd = memfd;
    }

    /** Where nothing is kept. */
    static KeptEffects none() {
        return new KeptEffects(null);
    }

    /** Takes the ownership. */
    static KeptEffects in(EffectsMemfd memfd) {
        return new KeptEffects(memfd);
    }

    /** Those that the keeper has, in a table of this version. */
    static KeptEffects of(Keeper keeper) {
        Optional<KeeperSocket> socket = keeper.socket();
        if (socket.isEmpty()) {
            return none();
        }
        try {
            EffectsMemfd before = ofAgentBefore(keeper, socket.get());
            return in(before == null ? EffectsMemfd.create(socket.get()) : before);
        } catch (ErrnoException e) {
            LOG.error(
                    "effects are not kept, so calls that are made again after the agent was killed may fail: {}",
                    e.getMessage());
            return none();
        }
    }

    private static @Nullable EffectsMemfd ofAgentBefore(Keeper keeper, KeeperSocket socket) {
        EffectsMemfd own = null;
        for (String name : keeper.kept().names()) {
            if (!name.matches("e[0-9]+")) {
                continue;
            }
            try (Fd other = keeper.kept().take(name).orElseThrow()) {
                if (name.equals(EffectsMemfd.NAME)) {
                    own = EffectsMemfd.of(new Fd(other.release()));
                } else {
                    throw new ErrnoException(Errno.EINVAL, "another version");
                }
            } catch (ErrnoException e) {
                LOG.warn("the kept effects {} are not used: {}", name, e.getMessage());
                socket.remove(name);
            }
        }
        return own;
    }

    /** Those that are there, by their places. */
    SortedMap<Integer, Kept> load() {
        SortedMap<Integer, Kept> loaded = new TreeMap<>();
        if (memfd == null) {
            return loaded;
        }
        try {
            memfd.table().read().forEach((place, words) -> {
                used.set(place);
                loaded.put(place, Kept.of(words));
            });
        } catch (ErrnoException e) {
            LOG.error("the kept effects cannot be read: {}", e.getMessage());
        }
        return loaded;
    }

    /**
     * Writes one.
     *
     * @param before where it was; {@link #NOWHERE} if it is a new one
     * @return its place, or {@link #NOWHERE}
     */
    int write(int before, Kept effect) {
        if (memfd == null || effect.listener() == KeptContainers.NOT_KEPT) {
            return NOWHERE;
        }
        int place = before == NOWHERE ? used.nextClearBit(0) : before;
        try {
            if (place >= memfd.table().count()) {
                throw new ErrnoException(Errno.ENOSPC, "too many");
            }
            memfd.table().write(place, effect.words());
            used.set(place);
            return place;
        } catch (ErrnoException e) {
            WARNINGS.log("", () -> "an effect is not kept: " + e.getMessage());
            return NOWHERE;
        }
    }

    void remove(int place) {
        if (memfd == null || place == NOWHERE) {
            return;
        }
        try {
            memfd.table().clear(place);
            used.clear(place);
        } catch (ErrnoException e) {
            WARNINGS.log("", () -> "an effect stays kept: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (memfd != null) {
            memfd.close();
        }
    }
}
