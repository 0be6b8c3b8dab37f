/*
 * What a process of a receiver does with a connection: it receives what comes, and relays it to the agent.
 *
 * It outlives the agent if somebody keeps the other end of its socket. It has all that has come, and repeats it for the
 * next agent. What has come cannot stay in the connection instead: a peer cannot send more than its own socket has room
 * for, and a short piece takes as much of that as a long one.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"
#include "ownfd.h"
#include "protocol.h"
#include "relay.h"
#include "util.h"

#define LISTENER "anon_inode:seccomp notify"
#define FDS_MAX 253 /* SCM_MAX_FD: the most that can come with one message */

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
bool relay(int agent, int connection)
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
void end_connection(int connection)
{
    struct msghdr header;

    shutdown(connection, SHUT_RDWR); /* so that the peer sees the end at once, and sends no more */
    while (receive_some(connection, message.bytes, &header) > 0)
        continue;
}

/* The end of the process, and what else is to be closed, may hang before it comes to them. */
void close_listeners(void)
{
    while (all.listener_count > 0)
        close(all.listeners[--all.listener_count]);
}

void forget_pieces(void)
{
    if (all.bytes)
        munmap(all.bytes, STATE_BYTES + PIECE_BYTES);
    memset(&all, 0, sizeof all);
}
