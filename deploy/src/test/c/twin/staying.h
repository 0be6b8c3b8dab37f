/* What the programs share whose calls are made by workers that stay. */
#ifndef STAYING_H
#define STAYING_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static inline void must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static inline void make(const char *path)
{
    struct stat made;
    int result = mkdir(path, 0777), error = errno;

    printf("mkdir %s: %s", path, result == 0 ? "made" : strerrorname_np(error));
    if (stat(path, &made) == 0)
        printf(", %u:%u %o", made.st_uid, made.st_gid, made.st_mode & 07777);
    printf("\n");
}

#define SOME 12 /* workers stay for threads that have made a few calls */

/* So that there is a worker that stays. */
static inline void make_some(const char *where)
{
    char path[64];

    for (int i = 0; i < SOME; i++) {
        snprintf(path, sizeof path, "%s/s%d", where, i);
        make(path);
    }
}

static inline void make_open(const char *path, mode_t mode)
{
    must(mkdir(path, 0755), path);
    must(chmod(path, mode), path);
}

static inline void by_child(void (*change)(void))
{
    pid_t child = fork();

    if (child == 0) {
        change();
        exit(0);
    }
    waitpid(child, NULL, 0);
}

struct named_case {
    const char *name;
    void (*run)(void);
};

/* Runs the case with that name. There is a folder /a. */
static inline void run_case(const struct named_case *cases, size_t count, const char *wanted)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    mkdir("/a", 0755);
    for (size_t i = 0; i < count; i++)
        if (strcmp(wanted, cases[i].name) == 0)
            cases[i].run();
}

#endif
