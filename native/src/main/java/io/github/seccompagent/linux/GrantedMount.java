package io.github.seccompagent.linux;

/**
 * A mount that was made for a container, struct granted of protocol.h.
 *
 * @param id of the mount, statx(2); from Linux 6.8 on no later mount gets the same
 * @param root the file that it shows at its root
 * @param covered whether there are covers on it
 */
public record GrantedMount(long id, FileIdentity root, boolean covered) {}
