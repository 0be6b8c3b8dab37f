package io.github.seccompagent.linux.mount;

/**
 * A mount that was made for a container. Its first two fields are struct granted of protocol.h.
 *
 * @param id the id of the mount, statx(2); from Linux 6.8 on no later mount gets the same id
 * @param device the device of its filesystem; the inode of its root would not do, because a FUSE daemon can change that
 * @param namespace the mount namespace in which it was made, {@code AdoptedCaller.mountNamespace}; 0 if unknown
 */
public record GrantedMount(long id, long device, long namespace) {}
