/*
 * connect PATH [PID [stay]]: connects to a socket, sends a word, and exits with 0 if the other side closes the
 * connection.
 *
 * With a PID, or "own", it hands over its own listener as that of a container with this first process. Then it makes a
 * notified getppid, and prints the result. With "stay" it ends when its input does.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int notify_getppid(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int hand_over(int connection, const char *pid)
{
    int listener = notify_getppid();
    char state[512], control[CMSG_SPACE(sizeof listener)] = {0};
    int size = snprintf(state, sizeof state,
        "{\"ociVersion\":\"1.0.2\",\"fds\":[\"seccompFd\"],\"pid\":%s,"
        "\"state\":{\"ociVersion\":\"1.0.2\",\"id\":\"handed\","
        "\"status\":\"creating\",\"pid\":%s,\"bundle\":\"/\"}}",
        pid, pid);
    struct iovec text = {state, (size_t)size};
    struct msghdr message
        = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof listener);
    memcpy(CMSG_DATA(rights), &listener, sizeof listener);
    if (listener < 0 || sendmsg(connection, &message, MSG_NOSIGNAL) < 0)
        return -1;
    return close(listener);
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    char byte, own[16];

    strncpy(address.sun_path, argc > 1 ? argv[1] : "", sizeof address.sun_path - 1);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("connect");
        return 1;
    }
    alarm(20);
    if (argc > 2) {
        snprintf(own, sizeof own, "%d", getpid());
        if (hand_over(fd, strcmp(argv[2], "own") ? argv[2] : own) < 0) {
            perror("hand over");
            return 1;
        }
        errno = 0;
        syscall(SYS_getppid);
        puts(strerror(errno));
        fflush(stdout);
        alarm(0);
        while (argc > 3 && read(STDIN_FILENO, &byte, 1) > 0)
            continue;
        return 0;
    }
    send(fd, "{", 1, MSG_NOSIGNAL);
    while (read(fd, &byte, 1) > 0)
        continue;
    return 0;
}
