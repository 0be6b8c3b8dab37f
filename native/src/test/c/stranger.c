/*
 * stranger give PATH PID: listens at PATH as a keeper does that gives, with process PID as its agent. "leave" instead
 * of "give" ends in the middle, and with "child" a child does the rest once another keeper has connected.
 *
 * stranger take PATH IDENTITY: begins to take over at PATH, and says how many messages come in a second. It answers
 * none.
 *
 * stranger crowd PATH COUNT: connects to PATH so often, or until there is no room, says how often, and waits.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(99);
}

static void send_text(int socket, const char *text, int fd)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    struct iovec iov = {.iov_base = (char *)text, .iov_len = strlen(text)};
    struct msghdr message
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};

    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    if (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
        perror(text);
}

static void give(const struct sockaddr_un *address, const char *how, pid_t agent)
{
    int listening = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    char text[1000];

    if (bind(listening, (const struct sockaddr *)address, sizeof *address) < 0 || chmod(address->sun_path, 0666) < 0
        || listen(listening, 4) < 0)
        fail("listening");
    puts("listening");
    int connection = accept(listening, NULL, NULL);
    if (recv(connection, text, sizeof text, 0) <= 0)
        fail("connection");
    if (strcmp(how, "child") == 0) {
        usleep(50000);
        pid_t parent = getpid();
        if (fork() > 0)
            pause();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            exit(0);
    }
    send_text(connection, "FDSTORE=1\nFDNAME=s7", memfd_create("forged", 0));
    send_text(connection, "PARKING=1", (int)syscall(SYS_pidfd_open, agent, 0));
    if (strcmp(how, "leave") == 0)
        exit(0);
    send_text(connection, "GIVEN=1", listening);
    pause();
}

static void take(const struct sockaddr_un *address, const char *identity)
{
    struct timeval second = {.tv_sec = 1};
    int connection = socket(AF_UNIX, SOCK_SEQPACKET, 0), count = 0;
    char text[1000];

    if (connect(connection, (const struct sockaddr *)address, sizeof *address) < 0
        || setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second) < 0)
        fail("connect");
    snprintf(text, sizeof text, "TAKE=1\nIDENTITY=%s", identity);
    if (send(connection, text, strlen(text), 0) < 0)
        fail("send");
    while (recv(connection, text, sizeof text, 0) > 0)
        count++;
    printf("%d\n", count);
    pause();
}

static void crowd(const struct sockaddr_un *address, int count)
{
    int connected = 0;

    while (connected < count) {
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
        if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0)
            break;
        connected++;
    }
    printf("%d\n", connected);
    pause();
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 4)
        return 2;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[2]);
    if (strcmp(argv[1], "crowd") == 0)
        crowd(&address, atoi(argv[3]));
    else if (strcmp(argv[1], "take") == 0)
        take(&address, argv[3]);
    else
        give(&address, argv[1], atoi(argv[3]));
}
