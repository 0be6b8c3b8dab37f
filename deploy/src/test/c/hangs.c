/*
 * hangs SOCKET FILE [thread | child]: listens on SOCKET, opens FILE, and prints "listening". Then it closes FILE, with
 * "thread" in another thread. If that takes for ever, neither the process nor its socket can be ended. With "child", a
 * child of it accepts connections to the socket and closes them.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void *hang(void *file)
{
    close(*(int *)file);
    return NULL;
}

static void accept_all(int listening)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        close(accept(listening, NULL, NULL));
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
    if (argc > 3 && strcmp(argv[3], "child") == 0 && fork() == 0)
        accept_all(listening);
    int file = open(argv[2], O_RDONLY);
    if (file < 0) {
        perror("open");
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    if (argc > 3 && strcmp(argv[3], "thread") == 0)
        pthread_create(&thread, NULL, hang, &file);
    else
        hang(&file);
    pause();
    return 0;
}
