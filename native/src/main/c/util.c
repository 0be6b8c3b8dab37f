#include "util.h"

#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RECORD_FDS_MAX 20

void close_fd(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    errno = saved;
}

int release_fd(int *fd)
{
    int released = *fd;

    *fd = -1;
    return released;
}

int send_record(int socket, const void *data, size_t size, const int *fds, size_t fd_count)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(RECORD_FDS_MAX * sizeof(int))];
    } control = {0};
    struct iovec iov = {.iov_base = (void *)data, .iov_len = size};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};

    if (fd_count > RECORD_FDS_MAX) {
        errno = EINVAL;
        return -1;
    }
    if (fd_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(fd_count * sizeof(int));
        memcpy(CMSG_DATA(&control.header), fds, fd_count * sizeof(int));
    }
    return RETRY(sendmsg(socket, &message, MSG_NOSIGNAL)) == (ssize_t)size ? 0 : -1;
}

ssize_t receive_record(int socket, void *data, size_t size, int *fds, size_t fd_max, size_t *fd_count)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(RECORD_FDS_MAX * sizeof(int))];
    } control;
    struct iovec iov = {.iov_base = data, .iov_len = size};
    struct msghdr message
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    size_t count = 0;
    ssize_t received = RETRY(recvmsg(socket, &message, MSG_CMSG_CLOEXEC));

    *fd_count = 0;
    if (received < 0)
        return -1;
    int received_fds[RECORD_FDS_MAX];
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && count == 0) {
            count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(received_fds, CMSG_DATA(c), count * sizeof(int));
        }
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || count > fd_max) {
        for (size_t i = 0; i < count; i++)
            close(received_fds[i]);
        errno = EMSGSIZE;
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        fds[i] = received_fds[i];
    *fd_count = count;
    return received;
}

void die(const char *what)
{
    int saved = errno;

    dprintf(STDERR_FILENO, "seccomp-helper: %s: %s\n", what, strerror(saved));
    exit(1);
}

/*
 * Workers must not reach the keys of whoever started this. A kernel without keys has nothing to hide. A policy that
 * forbids this call forbids the use of keys too. If there is no room, which others can use up, this ends rather than
 * keep the keys.
 */
void join_empty_keyring(void)
{
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS && errno != EPERM
        && errno != EACCES)
        die("joining an empty keyring");
}

int die_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -1;
    /* A parent that died before this call sends no signal. */
    if (getppid() != parent)
        _exit(1);
    return 0;
}
