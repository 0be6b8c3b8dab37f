#ifndef SECCOMP_HELPER_UTIL_H
#define SECCOMP_HELPER_UTIL_H

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

/* Repeats a system call that a signal interrupted. */
#define RETRY(call)                                                                                                    \
    __extension__({                                                                                                    \
        long retry_result;                                                                                             \
        do                                                                                                             \
            retry_result = (long)(call);                                                                               \
        while (retry_result == -1 && errno == EINTR);                                                                  \
        retry_result;                                                                                                  \
    })

/* For "return fail_with(EINVAL)". */
static inline int fail_with(int error)
{
    errno = error;
    return -1;
}

/* A descriptor that is closed at the end of its scope; errno survives that. */
#define autofd __attribute__((cleanup(close_fd))) int
void close_fd(int *fd);

/* Hands the descriptor over to the caller. The end of the scope no longer closes it. */
int release_fd(int *fd);

/* Sends one record with descriptors. Causes no SIGPIPE. */
int send_record(int socket, const void *data, size_t size, const int *fds, size_t fd_count);

/*
 * Receives one record. Gives its size, or 0 at end of file. If the record or its descriptors do not fit, this is
 * EMSGSIZE, and no descriptor is left open.
 */
ssize_t receive_record(int socket, void *data, size_t size, int *fds, size_t fd_max, size_t *fd_count);

void join_empty_keyring(void);
int die_with_parent(pid_t parent);

/* Says in one line on stderr what failed and why, and exits. */
void die(const char *what) __attribute__((noreturn));

#endif
