/*
 * load WHAT COUNT DIRECTORY: makes a notified call COUNT times, and prints the times in nanoseconds: p50, p99 and the
 * sum. WHAT is plain (chmod), pinned (the same on the first processor), mkdir, first (mkdir by a new process each
 * time), open (of new files), or mount (of proc, on the folders DIRECTORY/0 and so on, which are there).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static int make_call(const char *what, const char *folder, long number)
{
    char name[256];

    if (strcmp(what, "plain") == 0 || strcmp(what, "pinned") == 0)
        return chmod("/", 0755) < 0 && errno == EBADMSG ? 0 : -1;
    if (strcmp(what, "mount") == 0) {
        snprintf(name, sizeof name, "%s/%ld", folder, number);
        return mount("proc", name, "proc", 0, NULL);
    }
    snprintf(name, sizeof name, "%s/%d-%ld", folder, (int)now(), number);
    return strcmp(what, "open") == 0 ? open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : mkdir(name, 0755);
}

/* Gives the nanoseconds that a call takes. Its result may be a descriptor. */
static uint64_t call(const char *what, const char *folder, long number)
{
    uint64_t before = now();
    int result = make_call(what, folder, number);
    uint64_t taken = now() - before;

    if (result < 0) {
        perror(what);
        exit(1);
    }
    if (result > 0)
        close(result);
    return taken;
}

/* The same for the first call of a new thread. */
static uint64_t first_call(const char *what, const char *folder, long number)
{
    static uint64_t *taken;
    int status = 0;

    if (taken == NULL)
        taken = mmap(NULL, sizeof *taken, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    if (child == 0) {
        *taken = call(what, folder, number);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
        exit(1);
    return *taken;
}

static void pin(void)
{
    cpu_set_t processors;
    int first = 0;

    if (sched_getaffinity(0, sizeof processors, &processors) < 0)
        exit(1);
    while (!CPU_ISSET(first, &processors))
        first++;
    CPU_ZERO(&processors);
    CPU_SET(first, &processors);
    if (sched_setaffinity(0, sizeof processors, &processors) < 0)
        exit(1);
}

int main(int argc, char **argv)
{
    long count = argc == 4 ? atol(argv[2]) : 0;
    uint64_t *times = calloc((size_t)count + 1, sizeof *times), sum = 0;

    if (count < 1 || times == NULL)
        return 2;
    if (strcmp(argv[1], "pinned") == 0)
        pin();
    int is_first = strcmp(argv[1], "first") == 0;
    for (long i = -count / 10; i < count; i++) { /* warms up until 0 */
        long number = i + count;
        uint64_t taken = is_first ? first_call("mkdir", argv[3], number) : call(argv[1], argv[3], number);
        if (i >= 0)
            sum += times[i] = taken;
    }
    qsort(times, (size_t)count, sizeof *times, by_size);
    printf("%llu %llu %llu\n", (unsigned long long)times[count / 2], (unsigned long long)times[count * 99 / 100],
        (unsigned long long)sum);
    return 0;
}
