/*
 * To close the last descriptor of a connection closes what a peer has sent there and nobody has received. That can take
 * for ever: a TCP socket lingers as long as its owner wants. So another process closes last, and is killed if it does
 * not get on; to linger ends with that.
 */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "drop.h"
#include "kernel.h"
#include "protocol.h"
#include "util.h"

#define PATIENCE_MILLISECONDS 20

static int to_closer = -1;
static int closer = -1; /* its pidfd */

/* A record with a descriptor announces it. It is closed after the next record, when the keeper has it no more. */
static void close_what_comes(int socket, pid_t keeper) __attribute__((noreturn));
static void close_what_comes(int socket, pid_t keeper)
{
    int held = -1, received = -1;
    size_t count;
    char byte;

    if (die_with_parent(keeper) < 0 || dup2(socket, CONTROL_FD) < 0 || sys_close_range(CONTROL_FD + 1, UINT_MAX) < 0
        || sys_close_range(0, CONTROL_FD - 1) < 0)
        _exit(1);
    prctl(PR_SET_NAME, CLOSER_NAME);
    while (receive_record(CONTROL_FD, &byte, 1, &received, 1, &count) > 0)
        if (count == 1)
            held = received;
        else
            close_fd(&held);
    _exit(0);
}

static int start_closer(void)
{
    pid_t keeper = getpid();
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return -1;
    autofd own = ends[0], closers = ends[1];
    if (fcntl(closers, F_SETFL, 0) < 0)
        return -1;
    pid_t pid = sys_fork(0, &closer);
    if (pid == 0)
        close_what_comes(closers, keeper);
    if (pid < 0)
        return -1;
    to_closer = release_fd(&own);
    return 0;
}

/* What it held, and what it was sent, is closed when it ends. The keeper's loop reaps it. */
static void give_up_closer(void)
{
    sys_pidfd_send_signal(closer, SIGKILL);
    close_fd(&closer);
    close_fd(&to_closer);
}

static int send_patiently(const int *fd, size_t count)
{
    struct pollfd polled = {.fd = to_closer, .events = POLLOUT};

    if (send_record(to_closer, "", 1, fd, count) == 0)
        return 0;
    if (errno != EAGAIN || RETRY(poll(&polled, 1, PATIENCE_MILLISECONDS)) != 1)
        return -1;
    return send_record(to_closer, "", 1, fd, count);
}

void drop(int fd)
{
    for (int attempts = 0; attempts < 2; attempts++) {
        if (to_closer < 0 && start_closer() < 0)
            break;
        if (send_patiently(&fd, 1) == 0) {
            close(fd);
            if (send_patiently(NULL, 0) < 0)
                give_up_closer();
            return;
        }
        give_up_closer();
    }
    close(fd); /* for want of a process */
}
