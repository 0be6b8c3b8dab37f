/*
 * passed FOLDER: makes folders in FOLDER, named from descriptors of two mount namespaces, by callers in both. Needs
 * CAP_SYS_ADMIN. Prints what the calls gave.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

static const char *folder;
static int first, second;

static void make(int directory, const char *name)
{
    if (mkdirat(directory, name, 0755) < 0)
        printf("%s: error %d\n", name, errno);
    else
        printf("%s: made\n", name);
    fflush(stdout);
}

static int open_folder(void)
{
    int opened = open(folder, O_PATH | O_DIRECTORY);

    if (opened < 0)
        fail(folder);
    return opened;
}

/* Shares its descriptors with the first process. */
static int run_elsewhere(void *unused)
{
    (void)unused;
    if (unshare(CLONE_NEWNS) < 0)
        fail("a mount namespace");
    second = open_folder();
    make(first, "first-from-second");
    make(second, "second-from-second");
    if (chdir(folder) < 0)
        fail(folder);
    make(AT_FDCWD, "cwd-from-second");
    return 0;
}

int main(int argc, char **argv)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));

    if (argc != 2)
        return 2;
    folder = argv[1];
    first = open_folder();
    int child = clone(run_elsewhere, stack + sizeof stack, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
    if (child < 0 || waitpid(child, NULL, 0) < 0)
        fail("a process");
    make(first, "first-from-first");
    make(second, "second-from-first");
    return 0;
}
