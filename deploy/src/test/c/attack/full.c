/*
 * full COUNT: fills the container's pids.max with children that sleep. Then it mounts a proc on /root COUNT times, and
 * tries to take its covers off and to open read-only files for writing. It never writes anything. It also opens a file
 * of a procfs, which needs no place for a process either.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "attack.h"

#define MOST 4096

static void fill(void)
{
    for (int i = 0; i < MOST; i++) {
        pid_t child = fork();
        if (child < 0) {
            saw("full");
            return;
        }
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;)
                pause();
        }
    }
}

static void look(void)
{
    int pattern = open("/root/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC);

    if (pattern >= 0)
        saw("BREACH: core_pattern can be written");
    close(pattern);
    if (umount2("/root/sys", MNT_DETACH) == 0)
        saw("BREACH: a cover can be taken off");
    if (umount2("/root/kcore", MNT_DETACH) == 0)
        saw("BREACH: a mask can be taken off");
    if (mount(NULL, "/root/sys", NULL, MS_REMOUNT | MS_BIND, NULL) == 0)
        saw("BREACH: a cover can be made writable");
}

int main(int argc, char **argv)
{
    fill();
    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++) {
        if (mount("proc", "/root", "proc", 0, NULL) == 0) {
            saw("mounted");
            look();
            if (umount2("/root", MNT_DETACH) == 0)
                saw("taken off");
        } else {
            saw("not mounted, %s", strerror(errno));
        }
        int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
        if (status >= 0)
            saw("opened");
        else
            saw("not opened, %s", strerror(errno));
        close(status);
    }
    report();
    return 0;
}
