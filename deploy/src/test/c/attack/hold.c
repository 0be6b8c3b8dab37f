/*
 * hold COUNT: mounts a proc on /root COUNT times, and keeps a descriptor of each when it is taken off. Then it waits.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "attack.h"

int main(int argc, char **argv)
{
    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++)
        if (mount("proc", "/root", "proc", 0, NULL) < 0 || open("/root/sys", O_RDONLY | O_CLOEXEC) < 0
            || umount2("/root", MNT_DETACH) < 0)
            fail("a proc that is kept");
    saw("kept");
    report();
    fflush(stdout);
    for (;;)
        pause();
}
