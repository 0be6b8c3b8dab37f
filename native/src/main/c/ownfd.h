#ifndef SECCOMP_HELPER_OWNFD_H
#define SECCOMP_HELPER_OWNFD_H

/*
 * The descriptors of a worker: its socket, and the root of a procfs of its own. From there descriptor N has the path
 * self/fd/N, for calls that take only a path. Until it is the caller, a worker also has the namespace of lock.c, as
 * LOCK_FD. That is the highest number, because making room for a higher one in a table that a child shares takes the
 * kernel milliseconds. A worker that stays has a pidfd of its thread there from then on, as THREAD_FD.
 */
enum { SOCKET_FD = 0, PROC_FD = 1, LOCK_FD = 255, THREAD_FD = LOCK_FD };
struct own_name {
    char path[24];
};
struct own_name own_name(int fd);
const char *name_below_root(int fd); /* in a buffer that the next call overwrites */

#endif
