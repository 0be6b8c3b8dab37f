/*
 * neighbour SECONDS: makes plain calls one after the other for SECONDS, and prints the times in nanoseconds: p50, p99
 * and the longest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define MOST 2000000

static uint64_t times[MOST];

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

int main(int argc, char **argv)
{
    uint64_t before = now(), end = before + (argc == 2 ? strtoull(argv[1], NULL, 10) : 0) * 1000000000;
    size_t count = 0;

    while (before < end && count < MOST) {
        if (chmod("/", 0755) == 0 || errno != EBADMSG) {
            perror("chmod");
            return 1;
        }
        uint64_t after = now();
        times[count++] = after - before;
        before = after;
    }
    if (count == 0)
        return 2;
    qsort(times, count, sizeof *times, by_size);
    printf("%llu %llu %llu\n", (unsigned long long)times[count / 2], (unsigned long long)times[count * 99 / 100],
        (unsigned long long)times[count - 1]);
    return 0;
}
