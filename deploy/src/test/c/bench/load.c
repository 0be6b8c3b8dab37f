/*
 * load WHAT COUNT DIRECTORY: makes a notified call COUNT times, and prints the times in nanoseconds: p50, p99 and the
 * sum. WHAT is plain (chmod), mkdir, or mount (of proc, on the folders DIRECTORY/0 and so on, which are there).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

    return one < other ? -1 : one > other;
}

static void call(const char *what, const char *folder, long number)
{
    char name[256];
    int result;

    if (strcmp(what, "plain") == 0) {
        result = chmod("/", 0755) < 0 && errno == EBADMSG ? 0 : -1;
    } else if (strcmp(what, "mkdir") == 0) {
        snprintf(name, sizeof name, "%s/%d-%ld", folder, (int)now(), number);
        result = mkdir(name, 0755);
    } else {
        snprintf(name, sizeof name, "%s/%ld", folder, number);
        result = mount("proc", name, "proc", 0, NULL);
    }
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    long count = argc == 4 ? atol(argv[2]) : 0;
    uint64_t *times = calloc((size_t)count + 1, sizeof *times);

    if (count < 1 || times == NULL)
        return 2;
    for (long i = 0; i < count / 10; i++)
        call(argv[1], argv[3], i); /* warms up */
    uint64_t begin = now(), before = begin;
    for (long i = 0; i < count; i++) {
        call(argv[1], argv[3], count + i);
        uint64_t after = now();
        times[i] = after - before;
        before = after;
    }
    qsort(times, (size_t)count, sizeof *times, by_size);
    printf("%llu %llu %llu\n", (unsigned long long)times[count / 2], (unsigned long long)times[count * 99 / 100],
        (unsigned long long)(before - begin));
    return 0;
}
