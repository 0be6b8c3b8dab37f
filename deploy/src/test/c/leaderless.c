/*
 * leaderless: ends its first thread. Another thread waits for the file /go, and makes the folder /x. After that the
 * file /ticks grows as long as the process runs.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static void *other(void *unused)
{
    int ticks = open("/ticks", O_WRONLY | O_CREAT | O_APPEND, 0644);

    while (access("/go", F_OK) < 0)
        usleep(10000);
    mkdir("/x", 0755);
    for (;;) {
        if (write(ticks, ".", 1) < 0)
            _exit(1);
        usleep(10000);
    }
    return unused;
}

int main(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, other, NULL))
        return 1;
    pthread_exit(NULL);
}
