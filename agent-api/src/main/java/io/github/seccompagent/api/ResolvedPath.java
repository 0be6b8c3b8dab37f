package io.github.seccompagent.api;

/**
 * Where a path leads: after all links, from the root of the container. If the call makes the file, or acts on its name,
 * this is the folder's path and that name.
 *
 * @param path absolute, without links, dots and double slashes; empty if it cannot be told
 */
public record ResolvedPath(TargetString path) {

    /**
     * Whether the path can be told. It cannot if the caller is in another mount namespace than the container, where
     * files have other names; nor if a folder on the way was removed, or is outside of everything that the container
     * sees; nor if it has 4096 bytes or more.
     */
    public boolean isKnown() {
        return path.length() > 0;
    }
}
