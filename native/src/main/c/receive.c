/*
 * Receivers. They receive what comes on connections, because descriptors come along that somebody else chose. Closing
 * one can take for ever: a file on FUSE waits for its daemon, and a lingering socket waits for its peer. Each
 * connection has a process to itself. Its end closes all its descriptors, wherever that hangs. The agent gets bytes,
 * and a seccomp listener.
 *
 * A receiver itself only starts such processes. It keeps one ready ahead of need, and never starts more than it is
 * told.
 */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "kernel.h"
#include "ownfd.h"
#include "protocol.h"
#include "receive.h"
#include "util.h"

#define LISTENER "anon_inode:seccomp notify"
#define FDS_MAX 253 /* SCM_MAX_FD: the most that can come with one message */
#define HELD_MAX 64
#define HOLD_MILLISECONDS 10

static struct {
    struct piece piece;
    char bytes[PIECE_BYTES];
} message;

static union {
    struct cmsghdr header;
    char space[CMSG_SPACE(FDS_MAX * sizeof(int))];
} control;

static bool is_listener(int fd)
{
    char link[sizeof LISTENER];
    ssize_t length = readlinkat(PROC_FD, own_name(fd).path, link, sizeof link);

    return length == sizeof LISTENER - 1 && memcmp(link, LISTENER, sizeof LISTENER - 1) == 0;
}

/* Finds the listeners among the descriptors of a control message. number: the number of its first descriptor. */
static void look(const struct cmsghdr *c, uint32_t number, int *listeners, size_t *count)
{
    int fd;

    for (size_t at = 0; at < c->cmsg_len - CMSG_LEN(0) && number < TAKEN_MAX; at += sizeof fd, number++) {
        memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
        if (is_listener(fd)) {
            listeners[(*count)++] = fd;
            message.piece.listeners |= 1U << number;
        }
    }
}

/* Receives what is there. before: how many descriptors came earlier. Gives how many listeners came and are taken. */
static size_t receive_piece(int connection, uint32_t before, ssize_t *length, int *listeners)
{
    struct iovec iov = {.iov_base = message.bytes, .iov_len = sizeof message.bytes};
    struct msghdr header
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    size_t count = 0;

    message.piece = (struct piece){0};
    *length = RETRY(recvmsg(connection, &header, MSG_CMSG_CLOEXEC));
    if (*length < 0) {
        message.piece.error = errno;
        return 0;
    }
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            look(c, before + message.piece.descriptors, listeners, &count);
            message.piece.descriptors += (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        }
    message.piece.truncated = (header.msg_flags & MSG_CTRUNC) != 0;
    return count;
}

/*
 * Relays until either side ends, or until more came than is ever wanted. Closes only listeners. The end of the process
 * closes the rest.
 */
static void relay(int agent, int connection)
{
    struct pollfd polled[] = {{.fd = agent, .events = POLLRDHUP}, {.fd = connection, .events = POLLIN}};
    uint32_t descriptors = 0;
    ssize_t length;

    do {
        int listeners[TAKEN_MAX];

        if (RETRY(poll(polled, 2, -1)) < 0 || polled[0].revents)
            return;
        size_t count = receive_piece(connection, descriptors, &length, listeners);
        size_t size = sizeof message.piece + (length > 0 ? (size_t)length : 0);
        int sent = send_record(agent, &message, size, listeners, count);
        while (count > 0)
            close(listeners[--count]);
        if (sent < 0)
            return;
        descriptors += message.piece.descriptors;
    } while (length > 0 && descriptors <= TAKEN_MAX && !message.piece.truncated);
}

/*
 * Takes jobs from the agent: connections to close, or one connection to receive from. It takes several to close at a
 * time, because in a flood a process for each would cost too much. Tells the receiver when it takes no more.
 */
static void serve(int told) __attribute__((noreturn));
static void serve(int told)
{
    struct pollfd agent = {.fd = CONTROL_FD, .events = POLLIN};
    int fds[2];
    size_t fd_count = 0, none;
    char job;

    for (int held = 0; held < HELD_MAX && fd_count < 2; held++) {
        if (held > 0 && RETRY(poll(&agent, 1, HOLD_MILLISECONDS)) <= 0)
            break;
        if (receive_record(CONTROL_FD, &job, 1, fds, 2, &fd_count) <= 0)
            _exit(0);
        /*
         * Waits until the agent has closed its own descriptor, because whoever closes the connection last may wait for
         * ever.
         */
        if (fd_count == 1 && receive_record(CONTROL_FD, &job, 1, NULL, 0, &none) <= 0)
            _exit(0);
    }
    if (write(told, "", 1) == 1 && fd_count == 2)
        relay(fds[0], fds[1]);
    if (fd_count == 2)
        shutdown(fds[1], SHUT_RDWR); /* so that the peer sees the end at once */
    _exit(0);
}

static pid_t start(const int *told, pid_t receiver)
{
    int pidfd;
    pid_t pid = sys_fork(0, &pidfd);

    if (pid == 0) {
        close(told[0]);
        if (die_with_parent(receiver) < 0)
            _exit(1);
        serve(told[1]);
    }
    if (pid > 0)
        close(pidfd);
    return pid; /* if no process can be had, the next round tries again */
}

void receive_from_peers(int control, int processes)
{
    sigset_t children_only;
    int told[2], running = 0;
    pid_t self = getpid(), taking = -1, ended;
    char byte;

    if (dup2(control, CONTROL_FD) < 0 || sys_close_range(CONTROL_FD + 1, UINT_MAX) < 0)
        _exit(1);
    signal(SIGCHLD, SIG_DFL); /* the other signals stay blocked */
    if (pipe2(told, O_CLOEXEC | O_NONBLOCK) < 0)
        die("pipe2");
    sigemptyset(&children_only);
    sigaddset(&children_only, SIGCHLD);
    int children = signalfd(-1, &children_only, SFD_CLOEXEC | SFD_NONBLOCK);
    if (children < 0)
        die("signalfd");

    struct pollfd polled[] = {
        {.fd = CONTROL_FD, .events = POLLRDHUP}, {.fd = told[0], .events = POLLIN}, {.fd = children, .events = POLLIN}};
    for (;;) {
        struct signalfd_siginfo info;
        while (read(children, &info, sizeof info) > 0)
            continue;
        while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
            running--;
            if (ended == taking)
                taking = -1;
        }
        while (read(told[0], &byte, 1) > 0)
            taking = -1;
        if (taking < 0 && running < processes && (taking = start(told, self)) > 0)
            running++;
        if (poll(polled, 3, taking < 0 && running < processes ? 20 : -1) > 0
            && polled[0].revents & (POLLHUP | POLLRDHUP))
            _exit(0);
    }
}
