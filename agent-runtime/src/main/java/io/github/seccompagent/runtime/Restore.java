package io.github.seccompagent.runtime;

import io.github.seccompagent.api.Errno;
import io.github.seccompagent.api.ErrnoException;
import io.github.seccompagent.api.LogLimit;
import io.github.seccompagent.api.Response;
import io.github.seccompagent.linux.fd.Fd;
import io.github.seccompagent.linux.keeper.KeptFds;
import io.github.seccompagent.linux.keeper.StateMemfd;
import io.github.seccompagent.linux.notify.Listener;
import io.github.seccompagent.linux.notify.NotificationBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has everything served that the agent before this one has served. A call that it had received and not answered is handled
 * again, unless it had begun to do something for it: nobody knows how far that came, so the call fails with EIO. For use by
 * one thread.
 */
final class Restore {
    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final LogLimit ERRORS = new LogLimit(LOG::error);
    private static final Response EIO = Response.failure(Errno.EIO);

    private final KeptFds kept;
    private final KeptContainers keptContainers;
    private final Slots slots;
    private final Containers containers;
    private final Counters counters;
    private final NotificationBuffers buffers = new NotificationBuffers();

    Restore(KeptFds kept, KeptContainers keptContainers, Slots slots, Containers containers, Counters counters) {
        this.kept = kept;
        this.keptContainers = keptContainers;
        this.slots = slots;
        this.containers = containers;
        this.counters = counters;
    }

    /** Returns how many listeners are served again, or soon. */
    int run() {
        List<Integer> numbers = numbers(KeptContainers.LISTENER);
        numbers.forEach(keptContainers::adopt);
        numbers.forEach(this::restore);
        numbers(KeptContainers.STATE)
                .forEach(this::forgetState); // the agent was killed before it had stored the listener
        slots.freeLeft();
        kept.names()
                .forEach(name ->
                        LOG.warn("the keeper has a descriptor of an unknown kind, which is not used: {}", name));
        kept.close();
        return numbers.size();
    }

    private List<Integer> numbers(String kind) {
        return kept.names().stream()
                .filter(name -> name.matches(kind + "[1-9][0-9]{0,4}"))
                .flatMapToInt(name -> IntStream.of(Integer.parseInt(name.substring(kind.length()))))
                .sorted()
                .boxed()
                .toList();
    }

    private void forgetState(int number) {
        takeState(number).ifPresent(Fd::close);
        keptContainers.remove(number);
    }

    private Optional<Fd> takeState(int number) {
        return kept.take(KeptContainers.STATE + number);
    }

    private void restore(int number) {
        Listener listener;
        try {
            listener = Listener.of(kept.take(KeptContainers.LISTENER + number).orElseThrow());
        } catch (ErrnoException e) {
            ERRORS.log("", () -> "kept listener " + number + ": " + e.getMessage());
            forgetState(number);
            return;
        }
        Optional<StoredContainer> stored = read(number);
        List<Slots.Slot> again = new ArrayList<>();
        for (Slots.Slot slot : slots.takeLeft(number)) {
            if (!listener.isValid(buffers, slot.buffers().id())) {
                forget(slot); // it was answered, or its caller is gone
            } else if (stored.isPresent() && slot.isKnown() && !slot.buffers().hasBegun()) {
                again.add(slot);
            } else {
                fail(listener, slot, number);
            }
        }
        containers.restore(listener, number, stored, again);
    }

    private Optional<StoredContainer> read(int number) {
        try (Fd state = takeState(number).orElseThrow(() -> new ErrnoException(Errno.ENOENT, "it has no state"))) {
            return Optional.of(StoredContainer.of(StateMemfd.read(state)));
        } catch (ErrnoException | BadStateException e) {
            ERRORS.log(
                    "",
                    () -> "kept container " + number + " cannot be read, all its notified calls fail with EPERM: "
                            + e.getMessage());
            return Optional.empty();
        }
    }

    private void fail(Listener listener, Slots.Slot slot, int number) {
        counters.increment(Counter.CALLS_LOST_BY_RESTART);
        ERRORS.log(
                "",
                () -> "kept listener " + number + ": a call fails with EIO, since the agent ended while it was made");
        try {
            listener.send(buffers, slot.buffers().id(), EIO);
        } catch (ErrnoException e) {
            LOG.debug("{}", e.getMessage()); // nothing can be answered any more
        }
        forget(slot);
    }

    private void forget(Slots.Slot slot) {
        slot.buffers().clear();
        slots.give(slot);
    }
}
