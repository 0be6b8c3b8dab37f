package io.github.seccompagent.linux.helper;

/**
 * What tells a file from every other one, also from a later one that got its inode number, statx(2).
 *
 * @param birthNanos its time of birth, 0 where the filesystem keeps none
 */
public record FileIdentity(long device, long inode, long birthNanos) {}
