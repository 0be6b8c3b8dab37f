package io.github.seccompagent.linux.helper;

/**
 * Tells a file from every other file, even from a later file that got its inode number, statx(2).
 *
 * @param birthNanos its time of birth; 0 if the filesystem keeps none
 */
public record FileIdentity(long device, long inode, long birthNanos) {}
