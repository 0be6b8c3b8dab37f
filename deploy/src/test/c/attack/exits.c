/*
 * exits SECONDS DIRECTORY: has children make folders named for their user, on behalf, and kills each at some moment, so that
 * calls are in flight for processes that are gone, and whose ids are others' by then.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

static void make_folders(long child)
{
    char name[64];

    for (int i = 0;; i++) {
        snprintf(name, sizeof name, "%u-%ld-%d", getuid(), child, i);
        mkdir(name, 0755);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 || chdir(argv[2]) < 0)
        return 2;
    time_t end = time(NULL) + atoi(argv[1]);
    srandom(getuid());
    for (long children = 0; time(NULL) < end; children++) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0)
            make_folders(children);
        usleep((useconds_t)(random() % 1500));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        saw("killed");
    }
    report();
    return 0;
}
