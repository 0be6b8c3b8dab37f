/*
 * gone SOCKET TRIES [MICROSECONDS [wait]]: root of a container connects, hands over a listener, and exits after some
 * time. It does this again and again. Only the uid of such a peer is left. With "wait" it first waits for the socket.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void live_on(long microseconds)
{
    struct timespec begin, now;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - begin.tv_sec) * 1000000 + (now.tv_nsec - begin.tv_nsec) / 1000 < microseconds);
}

static void hand_over(const char *path, int try, long microseconds)
{
    struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, code};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char state[512], control[CMSG_SPACE(sizeof(int))] = {0};

    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener < 0) /* a container with notified calls cannot have a second one: send another descriptor */
        listener = open("/", O_RDONLY);
    int size = snprintf(state, sizeof state,
        "{\"ociVersion\":\"1.0.2\",\"fds\":[\"seccompFd\"],\"pid\":%d,"
        "\"state\":{\"ociVersion\":\"1.0.2\",\"id\":\"gone-%d\","
        "\"status\":\"creating\",\"pid\":%d,\"bundle\":\"/\"}}",
        1, try, 1);
    struct iovec iov = {state, (size_t)size};
    struct msghdr message
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof listener);
    memcpy(CMSG_DATA(rights), &listener, sizeof listener);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0
        || sendmsg(connection, &message, MSG_NOSIGNAL) < 0)
        _exit(1);
    live_on(microseconds);
    _exit(0);
}

int main(int argc, char **argv)
{
    int sent = 0, status;

    alarm(60);
    while (argc > 4 && access(argv[1], F_OK) < 0)
        usleep(20);
    for (int try = 0; argc > 2 && try < atoi(argv[2]); try++) {
        pid_t pid = fork();
        if (pid == 0)
            hand_over(argv[1], try, argc > 3 ? atol(argv[3]) : 0);
        if (waitpid(pid, &status, 0) == pid && status == 0)
            sent++;
    }
    printf("%d sent\n", sent);
    return 0;
}
