/*
 * letgo COUNT: mounts a tmpfs on /mnt, makes a folder, a file, a link and another name in it, and unmounts it at once,
 * COUNT times. If another process still holds any of it, the mount is busy. Prints how often that was.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static int in_it(long number)
{
    switch (number % 3) {
    case 0:
        return mkdir("/mnt/a", 0755);
    case 1:
        return symlink("a", "/mnt/b");
    default:
        return mkdir("/mnt/c", 0755) < 0 ? -1 : rename("/mnt/c", "/mnt/d");
    }
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 0, busy = 0;

    for (long i = 0; i < count; i++) {
        if (mount("letgo", "/mnt", "tmpfs", 0, NULL) < 0 || in_it(i) < 0) {
            perror("/mnt");
            return 1;
        }
        if (umount2("/mnt", 0) < 0) {
            if (errno != EBUSY) {
                perror("umount");
                return 1;
            }
            busy++;
            umount2("/mnt", MNT_DETACH);
        }
    }
    printf("busy %ld\n", busy);
    return 0;
}
