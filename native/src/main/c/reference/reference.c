/*
 * The agent that others are measured against. It does what must be done for a call, and nothing else. It listens on a
 * socket, answers chmod with EBADMSG, and makes mkdir and mounts of proc on behalf, as the resolver demo-basic does.
 * Each call on behalf has a worker process; with "keep", the worker of a thread's mkdir stays for its next ones. It
 * checks no peer, covers nothing, and has no limits and no log. Do not use
 * it for anything else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "reference.h"

#define MAX_LISTENERS 16384

static int container_pids[MAX_LISTENERS]; /* index: the descriptor */
static int events_fd;
bool keeps_workers;

void die(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof address.sun_path)
        die("the path is too long");
    strcpy(address.sun_path, path);
    unlink(path);
    umask(077);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1024) < 0)
        die(path);
    return fd;
}

static void watch(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (epoll_ctl(events_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}

/* Finds the pid after "state", as runtimes write it. */
static int container_pid(const char *json)
{
    const char *state = strstr(json, "\"state\"");
    const char *pid = state ? strstr(state, "\"pid\"") : NULL;

    return pid ? atoi(pid + strcspn(pid, "0123456789")) : 0;
}

static bool is_complete(const char *json)
{
    int depth = 0;

    for (const char *c = json; *c; c++)
        depth += *c == '{' ? 1 : *c == '}' ? -1 : 0;
    return *json && depth == 0;
}

/* Takes a listener from a runtime. */
static void take_listener(int socket_fd)
{
    static char json[1 << 16];
    size_t length = 0;
    int listener = -1, connection = accept4(socket_fd, NULL, NULL, SOCK_CLOEXEC);

    json[0] = '\0';
    while (connection >= 0 && !is_complete(json) && length < sizeof json - 1) {
        int fd = -1;
        ssize_t more = receive_with_fds(connection, json + length, sizeof json - 1 - length, &fd, 1);
        if (more <= 0)
            break;
        length += (size_t)more;
        json[length] = '\0';
        if (fd >= 0)
            listener = fd;
    }
    if (connection >= 0)
        close(connection);
    if (listener < 0 || listener >= MAX_LISTENERS)
        return;
    container_pids[listener] = container_pid(json);
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    watch(listener);
}

static long answer_to(int listener, struct seccomp_notif *notification)
{
    switch (notification->data.nr) {
    case SYS_fchmodat:
    case SYS_fchmodat2:
#ifdef SYS_chmod
    case SYS_chmod:
#endif
        return -EBADMSG;
#ifdef SYS_mkdir
    case SYS_mkdir:
        return on_behalf(listener, notification, CALL_MKDIR, 0, container_pids[listener]);
#endif
    case SYS_mkdirat:
        return on_behalf(listener, notification, CALL_MKDIR, 1, container_pids[listener]);
    case SYS_mount:
        return on_behalf(listener, notification, CALL_MOUNT, 1, 0);
    default:
        return -ENOSYS;
    }
}

static void serve(int listener, unsigned events)
{
    struct seccomp_notif notification;
    struct seccomp_notif_resp response;

    if (!(events & EPOLLIN)) {
        /* Workers have copies of the descriptor, so epoll would go on watching it. */
        epoll_ctl(events_fd, EPOLL_CTL_DEL, listener, NULL);
        close(listener);
        return;
    }
    memset(&notification, 0, sizeof notification);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) < 0)
        return;
    memset(&response, 0, sizeof response);
    response.id = notification.id;
    response.error = (int)answer_to(listener, &notification);
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    refill_workers();
}

int main(int argc, char **argv)
{
    struct epoll_event events[16];

    keeps_workers = argc == 3 && strcmp(argv[2], "keep") == 0;
    if (argc != 2 && !keeps_workers) {
        fprintf(stderr, "usage: seccomp-reference SOCKET [keep]\n");
        return 2;
    }
    start_workers();
    int socket_fd = listen_on(argv[1]);
    events_fd = epoll_create1(EPOLL_CLOEXEC);
    watch(socket_fd);
    printf("listening on %s\n", argv[1]);
    fflush(stdout);
    for (;;) {
        int count = epoll_wait(events_fd, events, 16, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == socket_fd)
                take_listener(socket_fd);
            else
                serve(events[i].data.fd, events[i].events);
        }
    }
}
