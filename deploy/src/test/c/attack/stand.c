/*
 * stand FLAGS: mounts a proc on /root, and keeps it as its current directory, as a descriptor and as a child's root.
 * Then it has the proc taken off with umount2 and FLAGS, and tries from there what the covers must prevent. It never
 * writes anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

static void look(const char *how, int directory, const char *prefix)
{
    static const char *const masked[] = {"keys", "timer_list", "interrupts"};
    char path[64], byte;

    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
        snprintf(path, sizeof path, "%s%s", prefix, masked[i]);
        /* A cover that can be taken off would show it. */
        umount2(path, MNT_DETACH);
        int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && read(fd, &byte, 1) > 0)
            saw("BREACH: %s shows %s", how, masked[i]);
        else
            saw("%s is masked", masked[i]);
    }
    snprintf(path, sizeof path, "%ssys/kernel/core_pattern", prefix);
    mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL);
    snprintf(path, sizeof path, "%ssys", prefix);
    mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL);
    umount2(path, MNT_DETACH);
    snprintf(path, sizeof path, "%ssys/kernel/core_pattern", prefix);
    if (openat(directory, path, O_WRONLY | O_CLOEXEC) >= 0)
        saw("BREACH: %s can write core_pattern", how);
    else
        saw("core_pattern: error %d", errno);
}

int main(int argc, char **argv)
{
    int ready[2], taken_off[2], status;
    char byte;

    if (argc != 2 || pipe(ready) < 0 || pipe(taken_off) < 0)
        return 2;
    if (mount("proc", "/root", "proc", 0, NULL) < 0)
        fail("mounting a proc");
    pid_t child = fork();
    if (child == 0) {
        if (chroot("/root") < 0 || write(ready[1], "", 1) != 1 || read(taken_off[0], &byte, 1) != 1)
            fail("the child");
        look("its root", AT_FDCWD, "/");
        report();
        fflush(stdout);
        _exit(0);
    }
    int fd = open("/root", O_PATH | O_DIRECTORY);
    if (read(ready[0], &byte, 1) != 1 || chdir("/root") < 0 || fd < 0)
        fail("standing in it");
    look("the current directory, mounted", AT_FDCWD, "");
    if (umount2("/root", atoi(argv[1])) < 0)
        fail("taking it off");
    saw("taken off");
    look("the current directory", AT_FDCWD, "");
    look("a descriptor", fd, "");
    if (write(taken_off[1], "", 1) != 1 || waitpid(child, &status, 0) != child || status != 0)
        fail("the child");
    report();
    return 0;
}
