package io.github.seccompagent.api;

import org.jspecify.annotations.Nullable;

/**
 * Makes calls on behalf of the target: in its namespaces, below its root directory, with its credentials and its umask.
 * They succeed and fail where the kernel would have done the same for the caller, but for what a method says it grants.
 *
 * <p>Each method returns the response that the call would have had. A call that could not be made for a reason that
 * lies with the agent is a {@link Response.Failure} with EIO, or ETIMEDOUT past the deadline of on-behalf calls, and is
 * logged.
 */
public interface OnBehalf {

    /** mkdir(2). Grants nothing. */
    Response mkdir(TargetPath path, int mode);

    /**
     * mount(2) of a new filesystem. Grants the mount itself: the agent's privileges make it, so ask first whether the
     * caller may. The target is resolved by the caller, who must be able to reach it.
     *
     * <p>A proc comes from the caller's pid namespace; the paths that container runtimes mask or make read-only are so
     * from the first instant.
     *
     * @param source null or any string, as the filesystem likes it
     * @param type proc; other types fail with ENODEV
     * @param flags MS_* that describe a new mount: MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_SYNCHRONOUS,
     *     MS_DIRSYNC, MS_NOSYMFOLLOW, MS_NOATIME, MS_NODIRATIME, MS_RELATIME, MS_STRICTATIME, MS_LAZYTIME, MS_SILENT.
     *     Any other fails with EINVAL
     * @param options the filesystem's own options, separated by commas. Never logged
     */
    Response mount(
            @Nullable TargetString source, TargetPath target, String type, long flags, @Nullable TargetString options);
}
