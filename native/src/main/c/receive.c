/*
 * Receivers. They receive what comes on connections, because descriptors come along that somebody else chose. Closing
 * one can take for ever: a file on FUSE waits for its daemon, and a lingering socket waits for its peer. Each
 * connection has a process to itself. Its end closes all its descriptors, wherever that hangs. The agent gets bytes,
 * and a seccomp listener.
 *
 * A receiver itself only starts such processes. It keeps one ready ahead of need, and never starts more than it is
 * told.
 *
 * A process that receives outlives the agent if somebody keeps the other end of its socket. It has all that has come,
 * and repeats it for the next agent. What has come cannot stay in the connection instead: a peer cannot send more than
 * its own socket has room for, and a short piece takes as much of that as a long one.
 */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

/* All that has come on a connection. */
static struct {
    struct piece piece;
    int listeners[TAKEN_MAX];
    size_t listener_count;
    char *bytes; /* there is room for STATE_BYTES and a piece */
    size_t size;
    bool ended; /* there was no more to receive, or an error */
} all;

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
static void look(const struct cmsghdr *c, uint32_t number)
{
    int fd;

    for (size_t at = 0; at < c->cmsg_len - CMSG_LEN(0) && number < TAKEN_MAX; at += sizeof fd, number++) {
        memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
        if (is_listener(fd)) {
            all.listeners[all.listener_count++] = fd;
            message.piece.listeners |= 1U << number;
        }
    }
}

static ssize_t receive_some(int connection, char *bytes, struct msghdr *header)
{
    struct iovec iov = {.iov_base = bytes, .iov_len = PIECE_BYTES};

    *header
        = (struct msghdr){.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = RETRY(recvmsg(connection, header, MSG_CMSG_CLOEXEC));
    header->msg_iov = NULL;
    return length;
}

/* Receives what is there, adds it to all that has come, and gives the length of its bytes. */
static size_t receive_piece(int connection)
{
    struct msghdr header;

    message.piece = (struct piece){0};
    ssize_t length = receive_some(connection, all.bytes + all.size, &header);
    all.ended = length <= 0;
    if (length < 0) {
        message.piece.error = errno;
        all.piece.error = errno;
        return 0;
    }
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            look(c, all.piece.descriptors + message.piece.descriptors);
            message.piece.descriptors += (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        }
    message.piece.truncated = (header.msg_flags & MSG_CTRUNC) != 0;
    all.piece.descriptors += message.piece.descriptors;
    all.piece.listeners |= message.piece.listeners;
    all.piece.truncated |= message.piece.truncated;
    all.size += (size_t)length;
    return (size_t)length;
}

static int send_piece(int agent, size_t from, size_t length, const int *listeners, size_t count)
{
    memcpy(message.bytes, all.bytes + from, length);
    return send_record(agent, &message, sizeof message.piece + length, listeners, count);
}

static int relay_piece(int agent, int connection)
{
    size_t count = all.listener_count, from = all.size;
    size_t length = receive_piece(connection);

    return send_piece(agent, from, length, all.listeners + count, all.listener_count - count);
}

/* An end, or an error, comes after all bytes, and is a piece without any. */
static int repeat(int agent, uint64_t nonce)
{
    size_t count = all.listener_count;
    int32_t error = all.piece.error;

    if (send_record(agent, &nonce, sizeof nonce, NULL, 0) < 0)
        return -1;
    message.piece = all.piece;
    message.piece.error = 0;
    for (size_t from = 0; from < all.size; from += PIECE_BYTES) {
        size_t left = all.size - from;
        if (send_piece(agent, from, left < PIECE_BYTES ? left : PIECE_BYTES, all.listeners, count) < 0)
            return -1;
        message.piece = (struct piece){0};
        count = 0;
    }
    message.piece.error = error;
    return all.ended ? send_piece(agent, 0, 0, NULL, 0) : 0;
}

/* More than is ever wanted. */
static bool is_too_much(void)
{
    return all.size > STATE_BYTES || all.piece.descriptors > TAKEN_MAX || all.piece.truncated;
}

/*
 * Relays until the agent's end is closed, and everybody's who keeps it, or too much has come. Closes nothing. False if
 * there was no agent that wanted anything: it was killed before it could have the socket kept, so the next one has
 * another process receive.
 */
static bool relay(int agent, int connection)
{
    struct pollfd polled[] = {{.fd = agent, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    bool is_wanted = false;
    uint64_t nonce;
    size_t none;

    all.bytes = mmap(NULL, STATE_BYTES + PIECE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all.bytes == MAP_FAILED)
        return false;
    while (!is_too_much()) {
        polled[1].fd = is_wanted && !all.ended ? connection : -1;
        if (RETRY(poll(polled, 2, -1)) < 0)
            return is_wanted;
        if (polled[0].revents) {
            if (receive_record(agent, &nonce, sizeof nonce, NULL, 0, &none) != sizeof nonce || repeat(agent, nonce) < 0)
                return is_wanted;
            is_wanted = true;
        } else if (polled[1].revents && relay_piece(agent, connection) < 0)
            return is_wanted;
    }
    return true;
}

/*
 * Ends a connection. What was sent on it and never received is received here. So whoever else has it, and closes it
 * last, closes nothing with it. If something hangs here, this process has the connection for as long as that takes.
 */
static void end_connection(int connection)
{
    struct msghdr header;

    shutdown(connection, SHUT_RDWR); /* so that the peer sees the end at once, and sends no more */
    while (receive_some(connection, message.bytes, &header) > 0)
        continue;
}

/*
 * Takes jobs from the agent: connections to close, or one connection to receive from. It takes several to close at a
 * time, because in a flood a process for each would cost too much. Tells the receiver when it takes no more.
 */
static void serve(int told) __attribute__((noreturn));
static void serve(int told)
{
    struct pollfd agent = {.fd = CONTROL_FD, .events = POLLIN};
    int fds[2], to_end[HELD_MAX];
    size_t fd_count = 0, none;
    int held = 0;
    char job;

    while (held < HELD_MAX && fd_count < 2) {
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
        if (fd_count == 1)
            to_end[held++] = fds[0];
    }
    if (fd_count == 2)
        prctl(PR_SET_PDEATHSIG, 0); /* the receiver ends with the agent */
    if (write(told, "", 1) == 1 && fd_count == 2 && relay(fds[0], fds[1]))
        end_connection(fds[1]);
    while (all.listener_count > 0)
        close(all.listeners[--all.listener_count]); /* the end of the process may hang before it comes to them */
    while (held > 0)
        end_connection(to_end[--held]);
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
        prctl(PR_SET_NAME, EXECUTOR_NAME);
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
    prctl(PR_SET_NAME, RECEIVER_NAME);
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
