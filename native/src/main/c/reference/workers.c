/*
 * A few processes, each waiting for an order. A process ends when it has carried out its order. One that stays takes
 * more orders of its caller, and ends when none comes for a moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reference.h"

#define WORKERS 4
#define IDLE_MICROSECONDS 50000

static int idle[WORKERS], idle_count;

ssize_t receive_with_fds(int socket, void *buffer, size_t size, int *fds, int most)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 16)];
        struct cmsghdr align;
    } control;
    struct iovec data = {buffer, size};
    struct msghdr message
        = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = length < 0 ? NULL : CMSG_FIRSTHDR(&message);

    if (header && header->cmsg_type == SCM_RIGHTS) {
        int count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(fds, CMSG_DATA(header), sizeof(int) * (size_t)(count < most ? count : most));
    }
    return length;
}

ssize_t send_with_fds(int socket, const void *buffer, size_t size, const int *fds, int count)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 16)];
        struct cmsghdr align;
    } control = {0};
    struct iovec data = {(void *)buffer, size};
    struct msghdr message = {.msg_iov = &data,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    if (count == 0)
        return send(socket, buffer, size, MSG_NOSIGNAL);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * (size_t)count);
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int command_worker(int worker, const struct order *order, const int *fds, int count)
{
    int result = -EIO;
    ssize_t sent = send_with_fds(worker, order, offsetof(struct order, path) + strlen(order->path) + 1, fds, count);

    if (sent < 0)
        return errno == EPIPE ? 1 : -EIO;
    ssize_t length = read(worker, &result, sizeof result);
    if (length < 0 && errno == ECONNRESET)
        return 1; /* it ended with the order unread */
    return length == sizeof result ? result : -EIO;
}

static void work(int socket)
{
    static struct order order;
    static const struct timeval moment = {.tv_usec = IDLE_MICROSECONDS};
    int fds[ORDER_FDS] = {-1, -1, -1, -1, -1, -1};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    for (bool is_caller = false; receive_with_fds(socket, &order, sizeof order, fds, ORDER_FDS) > 0; is_caller = true) {
        int result = carry_out(&order, fds, is_caller);
        if (!is_caller && order.stays) {
            close_caller(fds);
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
        }
        if (write(socket, &result, sizeof result) < 0 || !order.stays)
            break;
    }
    _exit(0);
}

void refill_workers(void)
{
    int ends[2];

    while (idle_count < WORKERS) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
            die("socketpair");
        pid_t pid = fork();
        if (pid < 0)
            die("fork");
        if (pid == 0)
            work(ends[1]);
        close(ends[1]);
        idle[idle_count++] = ends[0];
    }
}

void start_workers(void)
{
    signal(SIGCHLD, SIG_IGN);
    refill_workers();
}

int take_worker(void)
{
    refill_workers();
    int first = idle[0];

    memmove(idle, idle + 1, sizeof *idle * (size_t)--idle_count);
    return first;
}
