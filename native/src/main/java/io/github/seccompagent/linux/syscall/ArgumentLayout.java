package io.github.seccompagent.linux.syscall;

import java.util.List;

/**
 * Where a call has the arguments of its family, in the numbering of {@link io.github.seccompagent.api.NotifiedCall}.
 *
 * @param family the name of the family
 * @param arguments the arguments in the order of the family; further ones are in the registers of the same number
 */
public record ArgumentLayout(String family, List<Argument> arguments) {

    /** The place of an argument. */
    public Argument argument(int index) {
        return index < arguments.size() ? arguments.get(index) : new Argument.Register(index);
    }
}
