/*
 * Tries what seccomp listeners can do. A child installs a filter, because nobody can take it off again, and makes two
 * notified calls.
 */
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "kernel.h"
#include "probe.h"
#include "tryseccomp.h"
#include "util.h"

#define PATIENCE 2000 /* milliseconds */

/* The headers of the C library may be older. */
#define ADD _IOW('!', 3, struct adding)
#define SET_FLAGS _IOW('!', 4, uint64_t)
#define ADD_FLAG_SEND 2u
#define SYNC_WAKE_UP 1ul

struct adding {
    uint64_t id;
    uint32_t flags, source, target, target_flags;
};

/* What the child says. The first message brings the listener. */
struct said {
    int32_t error, listener;
};

static const uint32_t secret = 0x5eccc0de;

/* A call whose answer has to be the number of a descriptor that was added. */
static int32_t call_for_descriptor(void)
{
    long fd = syscall(SYS_getppid);

    if (fd < 0)
        return errno;
    return fcntl((int)fd, F_GETFD) < 0 ? EPROTO : 0;
}

static void live_as_child(int socket, pid_t parent) __attribute__((noreturn));
static void live_as_child(int socket, pid_t parent)
{
    if (die_with_parent(parent) < 0)
        _exit(1);
    autofd listener = notify_getppid(0);
    struct said said = {.error = listener < 0 ? errno : 0, .listener = listener};
    if (send_record(socket, &said, sizeof said, &listener, listener >= 0) < 0 || listener < 0)
        _exit(1);
    close_fd(&listener); /* else the calls would never fail if the parent closes its own */
    for (int i = 0; i < 2; i++) {
        said.error = call_for_descriptor();
        if (send_record(socket, &said, sizeof said, NULL, 0) < 0)
            break;
    }
    _exit(0);
}

static int32_t error_of(long outcome)
{
    return outcome < 0 ? errno : 0;
}

static bool has_input(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};

    return RETRY(poll(&polled, 1, PATIENCE)) == 1 && (polled.revents & POLLIN);
}

/* The kernel may know a larger structure than the headers. */
static int receive_id(int listener, uint64_t *id)
{
    union {
        struct seccomp_notif notification;
        char room[512];
    } received;

    memset(&received, 0, sizeof received);
    if (!has_input(listener))
        return fail_with(ETIMEDOUT);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &received.notification) < 0)
        return -1;
    *id = received.notification.id;
    return 0;
}

static int answer(int listener, uint64_t id, int64_t value, uint32_t flags)
{
    struct seccomp_notif_resp response = {.id = id, .val = value, .flags = flags};

    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static int32_t ask_outcome(int socket)
{
    struct said said;
    size_t fd_count;

    if (!has_input(socket) || receive_record(socket, &said, sizeof said, NULL, 0, &fd_count) != sizeof said)
        return ETIMEDOUT;
    return said.error;
}

/* Adds a descriptor in the way that the flags say. If that fails, the call is let go. */
static int32_t try_adding(int listener, int socket, int fd, uint32_t flags)
{
    struct adding adding = {.flags = flags, .source = (uint32_t)fd};

    if (receive_id(listener, &adding.id) < 0)
        return errno;
    int number = ioctl(listener, ADD, &adding);
    if (number < 0) {
        int error = errno;
        answer(listener, adding.id, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
        ask_outcome(socket);
        return error;
    }
    if (!(flags & ADD_FLAG_SEND) && answer(listener, adding.id, number, 0) < 0)
        return errno;
    return ask_outcome(socket);
}

static int32_t try_memory(pid_t child)
{
    uint32_t copy = 0;
    struct iovec here = {.iov_base = &copy, .iov_len = sizeof copy},
                 there = {.iov_base = (void *)(uintptr_t)&secret, .iov_len = sizeof secret};

    if (process_vm_readv(child, &here, 1, &there, 1, 0) < 0)
        return errno;
    return copy == secret ? 0 : EPROTO;
}

static void try_listener(int listener, int socket, int32_t result[FEATURES])
{
    uint64_t none = 0;

    /* No notification has this id, so ENOENT says that one may ask. */
    int32_t error = error_of(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &none));
    result[FEATURE_ID_VALID] = error == ENOENT ? 0 : error != 0 ? error : EPROTO;
    result[FEATURE_SYNC_WAKE_UP] = error_of(ioctl(listener, SET_FLAGS, SYNC_WAKE_UP));
    result[FEATURE_ADDFD] = try_adding(listener, socket, socket, 0);
    result[FEATURE_ADDFD_SEND] = try_adding(listener, socket, socket, ADD_FLAG_SEND);
}

static void try_child(int socket, int others, int pidfd, pid_t child, int32_t result[FEATURES])
{
    struct said said;
    size_t fd_count = 0;
    autofd listener = -1;

    if (!has_input(socket) || receive_record(socket, &said, sizeof said, &listener, 1, &fd_count) != sizeof said) {
        result[FEATURE_LISTENER] = ETIMEDOUT;
        return;
    }
    result[FEATURE_LISTENER] = said.error;
    if (said.error != 0 || fd_count != 1)
        return;
    result[FEATURE_MEMORY] = try_memory(child);
    /* The child may have closed its listener by now, but it has its end of the socket as long as it lives. */
    autofd copy = sys_pidfd_getfd(pidfd, others);
    result[FEATURE_PIDFD_GETFD] = error_of(copy);
    try_listener(listener, socket, result);
}

static int32_t try_killable(void)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(notify_getppid(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) < 0 ? errno : 0);
    if (child < 0 || RETRY(waitpid(child, &status, 0)) < 0)
        return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

void try_seccomp(int32_t result[FEATURES])
{
    int ends[2], pidfd_out = -1;
    pid_t parent = getpid();

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        result[FEATURE_LISTENER] = errno;
        return;
    }
    pid_t child = sys_fork(0, &pidfd_out);
    if (child == 0) {
        close(ends[0]);
        live_as_child(ends[1], parent);
    }
    autofd socket = ends[0], pidfd = pidfd_out;
    close(ends[1]);
    if (child < 0) {
        result[FEATURE_LISTENER] = errno;
        return;
    }
    try_child(socket, ends[1], pidfd, child, result);
    sys_pidfd_send_signal(pidfd, SIGKILL);
    RETRY(waitpid(child, NULL, 0));
    if (result[FEATURE_LISTENER] == 0)
        result[FEATURE_WAIT_KILLABLE] = try_killable();
}
