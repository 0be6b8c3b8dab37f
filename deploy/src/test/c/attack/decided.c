/*
 * decided COUNT: makes COUNT calls on names below /w. Meanwhile one thread rewrites the path's memory, and another one
 * exchanges links and folders on the way. The agent refuses what leads to /w/forbidden, with EBADMSG. Prints what the
 * calls gave, where something was made, and whether anything in /w/forbidden is not as it was.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

static const char *const paths[] = {"/w/way/new", "/w/forbidden/new", "/w/lastlink", "/w/turn/new", "/w/allowed/new",
    "/w/way/keep", "/proc/self/root/w/way/new", "/w/turn/../way/new", "/w/longlink", "/w/forbidden/keep",
    "/proc/thread-self/cwd/turn/keep", "/w/allowed/keep"};

static char flipped[64];

static void *swap(void *unused)
{
    for (;;) {
        exchange_names("/w/way", "/w/other");
        exchange_names("/w/lastlink", "/w/nextlink");
        exchange_names("/w/turn", "/w/bend");
        exchange_names("/w/way", "/w/other");
        exchange_names("/w/turn", "/w/bend");
    }
    return unused;
}

struct folder {
    const char *name;
    int fd;
    ino_t keep;
} folders[] = {{.name = "/w/forbidden"}, {.name = "/w/allowed"}, {.name = "/w/turn"}};

static ino_t make_keep(int folder)
{
    struct stat found;
    int keep = openat(folder, "keep", O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (keep < 0 || write(keep, "kept", 4) != 4 || fchmod(keep, 0600) < 0 || fstat(keep, &found) < 0)
        fail("keep");
    close(keep);
    return found.st_ino;
}

static void make_source(void)
{
    int source = open("/w/source", O_WRONLY | O_CREAT, 0644);

    if (source < 0)
        fail("source");
    close(source);
}

/* A call on the name of a link, which follows nothing, can have removed it. */
static void make_links(void)
{
    static const char *const links[][2]
        = {{"lastlink", "/w/allowed/new"}, {"nextlink", "../w/forbidden/new"}, {"longlink", "way/new"}};
    char text[64];
    bool complete = true;

    for (int i = 0; i < 3; i++)
        complete &= readlink(links[i][0], text, sizeof text) > 0;
    for (int i = 0; i < 3 && !complete; i++) {
        unlink(links[i][0]);
        symlink(links[i][1], links[i][0]);
    }
}

static void prepare(void)
{
    if (mkdir("/w", 0755) < 0 || chdir("/w") < 0)
        fail("/w");
    for (int i = 0; i < 3; i++) {
        mkdir(folders[i].name, 0755);
        folders[i].fd = open(folders[i].name, O_RDONLY | O_DIRECTORY);
        folders[i].keep = make_keep(folders[i].fd);
    }
    if (symlink("allowed", "way") < 0 || symlink("/w/forbidden", "other") < 0 || symlink("forbidden", "bend") < 0)
        fail("links");
    strcpy(flipped, paths[0]);
}

static bool is_as_it_was(const struct folder *folder)
{
    struct stat found;

    return fstatat(folder->fd, "keep", &found, AT_SYMLINK_NOFOLLOW) == 0 && found.st_ino == folder->keep
        && found.st_size == 4 && found.st_mode == (S_IFREG | 0600) && found.st_nlink == 1;
}

/* Tells what there is besides "keep", and removes it. */
static void look(struct folder *folder, bool forbidden)
{
    struct dirent *entry;
    DIR *list = fdopendir(dup(folder->fd));

    rewinddir(list);
    while ((entry = readdir(list)) != NULL) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "keep") == 0)
            continue;
        saw("%s %s/%s", forbidden ? "BREACH: made" : "made", folder->name, entry->d_name);
        if (fchdir(folder->fd) < 0 || (unlink(entry->d_name) < 0 && rmdir(entry->d_name) < 0))
            fail("removing");
    }
    closedir(list);
    if (!is_as_it_was(folder)) {
        saw("%s %s/keep", forbidden ? "BREACH: changed" : "changed", folder->name);
        if (fchdir(folder->fd) < 0)
            fail("the folder");
        unlink("keep");
        folder->keep = make_keep(folder->fd);
    }
    if (chdir("/w") < 0)
        fail("/w");
}

static int open_with(uint64_t flags)
{
    struct open_how how = {.flags = flags, .mode = flags & O_CREAT ? 0644 : 0};
    int opened = (int)syscall(SYS_openat2, AT_FDCWD, flipped, &how, sizeof how);

    return opened < 0 ? -1 : close(opened);
}

static int try(unsigned call)
{
    switch (call) {
    case 0:
        return mkdirat(AT_FDCWD, flipped, 0755);
    case 1:
        return open_with(O_CREAT | O_WRONLY);
    case 2:
        return open_with(O_CREAT | O_WRONLY | O_TRUNC);
    case 3:
        return renameat(AT_FDCWD, "source", AT_FDCWD, flipped);
    case 4:
        return linkat(AT_FDCWD, "source", AT_FDCWD, flipped, 0);
    case 5:
        return fchmodat(AT_FDCWD, flipped, 0640, 0);
    case 6:
        return unlinkat(AT_FDCWD, flipped, 0);
    case 7:
        return symlinkat("there", AT_FDCWD, flipped);
    case 8:
        return mknodat(AT_FDCWD, flipped, S_IFIFO | 0644, 0);
    case 9:
        return renameat(AT_FDCWD, flipped, AT_FDCWD, "allowed/taken");
    case 10:
        return linkat(AT_FDCWD, flipped, AT_FDCWD, "allowed/linked", AT_SYMLINK_FOLLOW);
    default:
        return open_with(O_WRONLY | O_TRUNC);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    prepare();
    start_flipping(flipped, paths, sizeof paths / sizeof *paths);
    start_thread(swap, NULL);
    for (unsigned i = 0; i < (unsigned)atoi(argv[1]); i++) {
        make_source();
        make_links();
        if (try(i % 12) < 0)
            saw("error %d of call %u", errno, i % 12);
        else
            saw("done call %u", i % 12);
        for (int each = 0; each < 3; each++)
            look(&folders[each], each == 0);
    }
    report();
    return 0;
}
