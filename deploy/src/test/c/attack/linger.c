/*
 * linger SOCKET CONNECTIONS: on each connection, sends as many descriptors as a message can have. They are of a TCP
 * socket that takes a minute to close. Prints "sent" and waits for the end of its input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS 253

static int lingering(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    struct linger minute = {1, 60};
    char bytes[65536] = {0};
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(server, (struct sockaddr *)&address, size) < 0 || listen(server, 1) < 0
        || getsockname(server, (struct sockaddr *)&address, &size) < 0
        || connect(client, (struct sockaddr *)&address, size) < 0 || accept(server, NULL, NULL) < 0
        || setsockopt(client, SOL_SOCKET, SO_LINGER, &minute, sizeof minute) < 0) {
        perror("a socket that lingers");
        exit(1);
    }
    while (send(client, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        continue;
    close(server);
    return client;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(FDS * sizeof(int))];
    } control = {0};
    char text[] = "{";
    struct iovec iov = {text, 1};
    struct msghdr message
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    int fds[FDS];

    strncpy(address.sun_path, argc > 2 ? argv[1] : "", sizeof address.sun_path - 1);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof fds);
    for (int i = 0; argc > 2 && i < atoi(argv[2]); i++) {
        int connection = socket(AF_UNIX, SOCK_STREAM, 0), client = lingering();
        for (int j = 0; j < FDS; j++)
            fds[j] = client;
        memcpy(CMSG_DATA(&control.header), fds, sizeof fds);
        if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0
            || sendmsg(connection, &message, MSG_NOSIGNAL) < 0)
            perror("send");
    }
    puts("sent");
    fflush(stdout);
    while (read(STDIN_FILENO, text, 1) > 0)
        continue;
    return 0;
}
