/* knock SOCKET SECONDS: connects and leaves as fast as it can. Prints how often. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    time_t end = time(NULL) + (argc > 2 ? atoi(argv[2]) : 0);
    long knocked = 0;

    strncpy(address.sun_path, argc > 1 ? argv[1] : "", sizeof address.sun_path - 1);
    while (time(NULL) < end) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
            knocked++;
        close(fd);
    }
    printf("%ld\n", knocked);
    return 0;
}
