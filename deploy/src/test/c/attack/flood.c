/*
 * flood SOCKET CONNECTIONS FDS: connects again and again. Each time it sends a byte with so many descriptors, or
 * nothing if that is -1, and leaves. It says how many connections it has made.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS_MAX 253

static int send_with(int connection, int fds)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(FDS_MAX * sizeof(int))];
    } control = {0};
    struct iovec byte = {"{", 1};
    struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1};
    int null = open("/dev/null", O_RDONLY), all[FDS_MAX];

    for (int i = 0; i < fds; i++)
        all[i] = null;
    if (fds > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE((size_t)fds * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN((size_t)fds * sizeof(int));
        memcpy(CMSG_DATA(&control.header), all, (size_t)fds * sizeof(int));
    }
    int result = (int)sendmsg(connection, &message, MSG_NOSIGNAL);
    close(null);
    return result;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int wanted = argc > 3 ? atoi(argv[2]) : 0, fds = argc > 3 ? atoi(argv[3]) : 0, made = 0;

    strncpy(address.sun_path, argc > 1 ? argv[1] : "", sizeof address.sun_path - 1);
    while (made < wanted) {
        int connection = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) < 0) {
            perror("connect");
            break;
        }
        made++;
        if (fds >= 0)
            send_with(connection, fds);
        close(connection);
    }
    printf("%d\n", made);
    return 0;
}
