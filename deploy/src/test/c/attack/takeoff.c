/*
 * takeoff COUNT PATH FLAGS: mounts a tmpfs on PATH COUNT times and takes off what is there, while another process
 * exchanges what PATH means. Mounts that were there before must stay.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "attack.h"

int main(int argc, char **argv)
{
    struct seen_mount found[32];
    int missing = 0;

    if (argc != 4)
        return 2;
    remember_mounts();
    for (int i = 0; i < atoi(argv[1]) && missing == 0; i++) {
        if (mount("none", argv[2], "tmpfs", MS_NOSUID | MS_NODEV, NULL) < 0)
            saw("mount: error %d", errno);
        if (umount2(argv[2], atoi(argv[3])) < 0)
            saw("umount: error %d", errno);
        else
            saw("taken off");
        int count = new_mounts(found, 32, &missing);
        if (missing > 0)
            saw("BREACH: a mount is gone that was not granted, at try %d", i);
        if (count > 20)
            take_off_new_mounts();
    }
    report();
    return 0;
}
