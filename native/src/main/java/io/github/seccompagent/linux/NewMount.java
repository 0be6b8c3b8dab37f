package io.github.seccompagent.linux;

import io.github.seccompagent.api.TargetString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mount of a new filesystem.
 *
 * @param attributes MOUNT_ATTR_*, fsmount(2)
 * @param superblockFlags those MS_* that belong to the superblock
 * @param options may hold a password
 * @param covers what is masked or made read-only in it
 */
public record NewMount(
        String type,
        @Nullable TargetString source,
        @Nullable TargetString options,
        long attributes,
        long superblockFlags,
        List<Cover> covers) {

    /** What happens to a path. */
    public enum CoverKind {
        MASKED,
        READ_ONLY
    }

    /** A path below the mount, without a leading slash; one that does not exist is left out. */
    public record Cover(CoverKind kind, String path) {}

    /** Without the options, for logs. */
    @Override
    public String toString() {
        return "mount of " + type;
    }
}
