package io.github.seccompagent.app.filter;

import io.github.seccompagent.app.filter.Value.Known;
import io.github.seccompagent.linux.filter.SeccompAction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A way of a call through the filters, as far as it was followed. */
final class Way {
    private static final int WORDS_OF_MEMORY = 16;
    private static final int ALLOW = 0x7fff0000;

    private final Map<Integer, WordFacts> facts;
    private final Value[] memory;
    private int filters;
    private int decided;
    private boolean isComputed;
    private boolean isGuessed;
    private @Nullable Action first;

    int at;
    Value a = Value.ZERO;
    Value x = Value.ZERO;

    Way() {
        facts = new HashMap<>();
        memory = new Value[WORDS_OF_MEMORY];
        Arrays.fill(memory, Value.ZERO);
        decided = ALLOW;
    }

    private Way(Way other) {
        facts = new HashMap<>(other.facts);
        memory = other.memory.clone();
        filters = other.filters;
        decided = other.decided;
        isComputed = other.isComputed;
        isGuessed = other.isGuessed;
        first = other.first;
        at = other.at;
        a = other.a;
        x = other.x;
    }

    Way copy() {
        return new Way(this);
    }

    /** How many filters it is through. */
    int filters() {
        return filters;
    }

    Value load(int word) {
        return memory[word];
    }

    void store(int word, Value value) {
        memory[word] = value;
    }

    /** What the words of struct seccomp_data are on this way, by their index. */
    Map<Integer, WordFacts> facts() {
        return facts;
    }

    /** Goes on only with some values of a word. Returns false if the word cannot have them. */
    boolean narrow(Value.Word word, Ranges values) {
        WordFacts known = facts.getOrDefault(word.index(), WordFacts.NONE);
        long mask = Integer.toUnsignedLong(word.mask());
        if (!known.hasRoomFor(mask)) {
            guess(); // two ways could look alike that are not
        }
        WordFacts more = known.and(mask, values);
        if (more == null) {
            return false;
        }
        facts.put(word.index(), more);
        return true;
    }

    /** Goes on as if a comparison had a result, though it cannot be said when it has. */
    void guess() {
        isGuessed = true;
    }

    boolean isGuessed() {
        return isGuessed;
    }

    /**
     * A filter has returned a value, and the next one begins. The most restrictive value counts, and of those that are
     * alike the newest.
     */
    void decide(Value value) {
        if (!(value instanceof Known known)) {
            isComputed = true;
        } else if (SeccompAction.isStricter(known.number(), decided)) {
            decided = known.number();
        }
        filters++;
        at = 0;
        a = Value.ZERO;
        x = Value.ZERO;
        Arrays.fill(memory, Value.ZERO);
    }

    /** Goes on with the filters of another thread, which decide on their own. */
    void beginSecond() {
        first = action();
        decided = ALLOW;
        isComputed = false;
    }

    /** What the filters before {@link #beginSecond} decided; null if that was not called. */
    @Nullable Action first() {
        return first;
    }

    Action action() {
        return isComputed ? Action.UNKNOWN : Action.of(decided);
    }
}
