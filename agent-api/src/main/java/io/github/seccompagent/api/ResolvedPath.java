package io.github.seccompagent.api;

/**
 * Where a path leads: after all links, from the root of the container. If the call makes the file, or acts on its name,
 * this is the folder's path and that name.
 *
 * @param path absolute, without links, dots and double slashes. For what no folder of the container holds, it does not
 *     begin with a slash: {@code pipe:[123]} and other names of the kernel for its own files, and {@code fifo:} for a
 *     FIFO that the container's runtime has opened outside. Empty if it cannot be told
 */
public record ResolvedPath(TargetString path) {

    /**
     * Whether it can be told. It cannot if the file is in another mount namespace than the container, where files have
     * other paths; nor if it, or a folder on the way, was removed; nor if it is outside of everything that the
     * container sees; nor if the path has 4096 bytes or more.
     */
    public boolean isKnown() {
        return path.length() > 0;
    }
}
