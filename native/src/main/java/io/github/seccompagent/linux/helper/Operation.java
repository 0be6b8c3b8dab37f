package io.github.seccompagent.linux.helper;

/** What a worker can be asked to do, in the order of enum operation in protocol.h. */
public enum Operation {
    MKDIR,
    UNLINK,
    RENAME,
    LINK,
    SYMLINK,
    CHMOD,
    CHOWN,
    MKNOD,
    OPEN,
    LOOK,
    SETXATTR,
    REMOVEXATTR,
    MOUNT,
    MOUNT_CALL,
    UMOUNT
}
