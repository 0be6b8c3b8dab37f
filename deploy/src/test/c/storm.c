/*
 * storm COUNT FOLDER: makes COUNT folders below FOLDER while a signal with SA_RESTART comes every millisecond, as Go's
 * runtime sends them to itself. Each is a new name, so every error is a false one. Prints how many there were of which.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>

static volatile sig_atomic_t signals;

static void count(int signal)
{
    (void)signal;
    signals++;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    struct itimerval every_millisecond = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    int exist = 0, interrupted = 0, other = 0;
    char path[4096];

    if (argc != 3 || sigaction(SIGALRM, &action, NULL) < 0 || setitimer(ITIMER_REAL, &every_millisecond, NULL) < 0)
        return 2;
    for (int i = 0; i < atoi(argv[1]); i++) {
        snprintf(path, sizeof path, "%s/%d", argv[2], i);
        if (mkdir(path, 0755) == 0)
            continue;
        exist += errno == EEXIST;
        interrupted += errno == EINTR;
        other += errno != EEXIST && errno != EINTR;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    printf("EEXIST %d EINTR %d other %d signals %d\n", exist, interrupted, other, (int)signals);
    return 0;
}
