package io.github.seccompagent.linux.syscall;

import java.util.List;

/**
 * Where a call has the arguments that its family has, as {@link io.github.seccompagent.api.NotifiedCall} numbers them.
 *
 * @param family the name of the family
 * @param arguments in the order of the family; those beyond are in the registers of the same number
 */
public record ArgumentLayout(String family, List<Argument> arguments) {

    /** The place of an argument. */
    public Argument argument(int index) {
        return index < arguments.size() ? arguments.get(index) : new Argument.Register(index);
    }
}
