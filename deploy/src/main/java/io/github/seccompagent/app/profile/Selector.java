package io.github.seccompagent.app.profile;

import java.util.List;

/**
 * The includes or excludes of a rule in Docker's form.
 *
 * @param minKernel such as 4.8; empty if it does not matter
 */
record Selector(List<String> arches, List<String> capabilities, String minKernel) {
    static final Selector NONE = new Selector(List.of(), List.of(), "");

    boolean isEmpty() {
        return equals(NONE);
    }

    boolean includes(Machine machine) {
        return (arches.isEmpty() || arches.contains(machine.arch()))
                && machine.capabilities().containsAll(capabilities)
                && (minKernel.isEmpty() || machine.hasKernel(minKernel));
    }

    boolean excludes(Machine machine) {
        return arches.contains(machine.arch())
                || capabilities.stream().anyMatch(machine.capabilities()::contains)
                || (!minKernel.isEmpty() && machine.hasKernel(minKernel));
    }
}
