#ifndef SECCOMP_HELPER_OWNFD_H
#define SECCOMP_HELPER_OWNFD_H

/*
 * The descriptors of a worker: its socket, and the root of a procfs of its own. What is open as N has the path
 * self/fd/N from there, for calls that take only a path. Until it is the caller it has the namespace of lock.c, as
 * LOCK_FD: that is the highest number, since to make room for a higher one in a table that a child shares takes the
 * kernel milliseconds.
 */
enum { SOCKET_FD = 0, PROC_FD = 1, LOCK_FD = 255 };
struct own_name {
    char path[24];
};
struct own_name own_name(int fd);
const char *name_below_root(int fd); /* in a buffer that the next one overwrites */

#endif
