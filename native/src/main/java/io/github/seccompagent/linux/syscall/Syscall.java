package io.github.seccompagent.linux.syscall;

/**
 * A syscall by its meaning.
 *
 * @param name as in the man pages
 * @param layout where its arguments are
 */
public record Syscall(String name, ArgumentLayout layout) {

    /** The name of its family. */
    public String family() {
        return layout.family();
    }
}
