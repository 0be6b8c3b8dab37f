package io.github.seccompagent.linux.mount;

/**
 * A mount that was made for a container; its first two are struct granted of protocol.h.
 *
 * @param id of the mount, statx(2); from Linux 6.8 on no later mount gets the same
 * @param device of its filesystem. Not the inode of its root, which a FUSE daemon can change
 * @param namespace the mount namespace that it was made in, {@code AdoptedCaller.mountNamespace}; 0 if unknown
 */
public record GrantedMount(long id, long device, long namespace) {}
