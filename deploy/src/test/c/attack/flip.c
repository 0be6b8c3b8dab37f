/*
 * flip CALL ARGUMENT COUNT A B: makes CALL, mkdir or mount, COUNT times. Meanwhile a thread writes A and B in turns to
 * the memory of its ARGUMENT: path, type, options or proc-options. Prints the results.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attack.h"

static char flipped[512];
static const char *values[2];
static volatile unsigned flips;

static void *flip(void *unused)
{
    for (unsigned i = 0;; flips = ++i) {
        memcpy(flipped, values[i & 1], strlen(values[i & 1]) + 1);
        for (volatile int pause = (int)(i * 7919 % 509); pause > 0; pause--)
            continue;
    }
    return unused;
}

/* On a busy machine the thread may not run during hundreds of tries, and then all of them would be the same. */
static void await_flip(void)
{
    static unsigned last;

    while (flips == last)
        sched_yield();
    last = flips;
}

static void try_mkdir(void)
{
    struct dirent *entry;
    char path[512];

    if (mkdir(flipped, 0755) < 0)
        saw("error %d", errno);
    DIR *folder = opendir("/home");
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/home/%s", entry->d_name);
        saw("made %s", path);
        rmdir(path);
    }
    closedir(folder);
}

/* Which process a procfs takes us for, or whether it is no procfs. */
static const char *whose(const char *place)
{
    char path[300], self[32] = "", own[32];

    snprintf(path, sizeof path, "%s/self", place);
    snprintf(own, sizeof own, "%d", getpid());
    if (readlink(path, self, sizeof self - 1) < 0)
        return errno == ENOENT ? "nobody's" : "no procfs";
    return strcmp(self, own) == 0 ? "own" : "another's";
}

static void try_mount(const char *argument)
{
    bool proc = strcmp(argument, "proc-options") == 0;
    const char *target = strcmp(argument, "path") == 0 ? flipped : "/a";
    const char *type = strcmp(argument, "type") == 0 ? flipped : proc ? "proc" : "tmpfs";
    const char *options = strcmp(argument, "options") == 0 || proc ? flipped : NULL;
    struct seen_mount found[32];
    int missing;

    int result = mount("none", target, type, MS_NOSUID | MS_NODEV, options);
    if (result < 0)
        saw("error %d", errno);
    int count = new_mounts(found, 32, &missing);
    if ((result < 0) != (count == 0))
        saw("BREACH: result %d, and %d mounts", result, count);
    if (missing > 0)
        saw("BREACH: %d mounts are gone", missing);
    /* The mounts that cover a proc come after it in the list. */
    if (count > 0 && strcmp(found[0].type, "proc") == 0)
        saw("made %s %s %s", found[0].place, found[0].type, whose(found[0].place));
    else if (count > 0)
        saw("made %s %s %s", found[0].place, found[0].type, found[0].options);
    take_off_new_mounts();
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    values[0] = argv[4];
    values[1] = argv[5];
    mkdir("/a", 0755);
    mkdir("/b", 0755);
    strcpy(flipped, values[0]);
    remember_mounts();
    start_thread(flip, NULL);
    for (int i = 0; i < atoi(argv[3]); i++) {
        await_flip();
        if (strcmp(argv[1], "mkdir") == 0)
            try_mkdir();
        else
            try_mount(argv[2]);
    }
    report();
    return 0;
}
