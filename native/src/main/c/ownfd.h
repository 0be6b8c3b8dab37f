#ifndef SECCOMP_HELPER_OWNFD_H
#define SECCOMP_HELPER_OWNFD_H

/*
 * The descriptors of a worker: its socket, and the root of a procfs of its own. From there descriptor N has the path
 * self/fd/N, for calls that take only a path. Until it is the caller, a worker also has what lock.c and detached.c
 * keep. These have the highest numbers, because making room for higher ones in a table that a child shares takes the
 * kernel milliseconds. A worker that stays has there what shows an end: a pidfd of its thread, and an epoll instance
 * for that of the container.
 */
enum {
    SOCKET_FD = 0,
    PROC_FD = 1,
    LOCK_FD = 255,    /* the user namespace of lock.c */
    LOCKED_FD = 254,  /* a mount namespace that belongs to it */
    HOME_FD = 253,    /* the helper's own mount namespace */
    EMPTY_FD = 252,   /* a mount of an empty file system, attached nowhere */
    DISCARD_FD = 251, /* the socket of discard.c */
    FIRST_HIGH_FD = DISCARD_FD,
    LAST_HIGH_FD = LOCK_FD,
    THREAD_FD = LOCK_FD,
    ENDING_FD = LOCKED_FD,
};
struct own_name {
    char path[24];
};
struct own_name own_name(int fd);
const char *name_below_root(int fd); /* in a buffer that the next call overwrites */

#endif
