/*
 * hangs SOCKET FILE [thread]: listens on SOCKET, opens FILE, prints "listening", and then closes FILE, in another thread
 * if that is asked for. Where that takes for ever, neither it nor its socket can be ended.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void *hang(void *file)
{
    close(*(int *)file);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    pthread_t thread;

    if (argc < 3)
        return 2;
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) < 0 || listen(listening, 8) < 0) {
        perror("listen");
        return 1;
    }
    int file = open(argv[2], O_RDONLY);
    if (file < 0) {
        perror("open");
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    if (argc > 3)
        pthread_create(&thread, NULL, hang, &file);
    else
        hang(&file);
    pause();
    return 0;
}
