/*
 * decidedmounts COUNT: mounts and takes off COUNT times below /w, with CAP_SYS_ADMIN. Meanwhile one thread rewrites the
 * path's memory, and another one exchanges links, folders and mount points on the way. The agent refuses what leads to
 * /w/forbidden, where a mount is from the beginning. Prints what the calls gave, and where mounts are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attack.h"

static const char *const paths[]
    = {"/w/way/mnt", "/w/forbidden/mnt", "/w/turn/mnt", "/w/way/mnt/", "/w/turn/mnt/.", "/w/forbidden", "/w/way",
        "/proc/self/root/w/turn/mnt", "/w/turn/../way/mnt", "/w/allowed/mnt", "/w/allowed/mnt//", "/w/way/../mnt"};

static char flipped[64];

static void *swap(void *unused)
{
    for (;;) {
        exchange_names("/w/way", "/w/other");
        exchange_names("/w/turn", "/w/bend");
        exchange_names("/w/allowed/mnt", "/w/allowed/link");
        exchange_names("/w/way", "/w/other");
        exchange_names("/w/turn", "/w/bend");
    }
    return unused;
}

static void prepare(void)
{
    if (mkdir("/w/turn/mnt", 0755) < 0 || symlink("/w/forbidden", "/w/other") < 0 || symlink("forbidden", "/w/bend") < 0
        || symlink("../forbidden/mnt", "/w/allowed/link") < 0)
        fail("preparing");
    strcpy(flipped, paths[0]);
    remember_mounts();
}

static int try(unsigned call)
{
    switch (call) {
    case 0:
        return mount("none", flipped, "tmpfs", 0, NULL);
    case 1:
        return umount2(flipped, 0);
    case 2:
        return mount(flipped, "/w/allowed", NULL, MS_BIND, NULL);
    case 3:
        return mount("/w/allowed", flipped, NULL, MS_BIND, NULL);
    case 4:
        return umount2(flipped, MNT_DETACH);
    case 5:
        return mount(flipped, "/w/turn", NULL, MS_MOVE, NULL);
    case 6:
        return mount("none", flipped, "overlay", 0, "lowerdir=/w/turn:/w/folder");
    default:
        return umount2(flipped, UMOUNT_NOFOLLOW | MNT_DETACH);
    }
}

static void look(unsigned call)
{
    struct seen_mount found[32];
    int missing, count = new_mounts(found, 32, &missing);

    if (missing > 0) {
        saw("BREACH: call %u took off the mount", call);
        remember_mounts();
    }
    for (int i = 0; i < count; i++)
        saw("%smade %s %s", strncmp(found[i].place, "/w/forbidden", 12) == 0 ? "BREACH: " : "", found[i].place,
            found[i].type);
}

/* Later mounts can hide earlier ones. */
static void take_off_last(void)
{
    struct seen_mount found[32];
    int missing, count;

    for (int tries = 0; tries < 40 && (count = new_mounts(found, 32, &missing)) > 0; tries++)
        umount2(found[count - 1].place, MNT_DETACH);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    prepare();
    start_flipping(flipped, paths, sizeof paths / sizeof *paths);
    start_thread(swap, NULL);
    for (unsigned i = 0; i < (unsigned)atoi(argv[1]); i++) {
        unsigned call = i % 8;
        if (try(call) < 0)
            saw("error %d of call %u", errno, call);
        else
            saw("done call %u", call);
        look(call);
        if (i % 5 == 4)
            take_off_last();
    }
    report();
    return 0;
}
