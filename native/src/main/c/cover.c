/* Puts masks and read-only paths over a mount that nobody else can reach or change yet. */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "cover.h"
#include "kernel.h"
#include "util.h"

#define ST_NOSYMFOLLOW_BIT 0x2000
#define ST_RELATIME_BIT 0x1000

/* A remount sets all flags of a mount, so it names the present flags again. */
int remount_with(const char *path, unsigned long more)
{
    struct statfs now;
    unsigned long flags = MS_REMOUNT | MS_BIND | more;

    if (statfs(path, &now) < 0)
        return -1;
    flags |= (unsigned long)now.f_flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);
    if (now.f_flags & ST_NOSYMFOLLOW_BIT)
        flags |= MS_NOSYMFOLLOW;
    if (!(now.f_flags & (ST_RELATIME_BIT | MS_NOATIME)))
        flags |= MS_STRICTATIME;
    return mount(NULL, path, NULL, flags, NULL);
}

static int mask(const char *path, bool is_directory, const char *file, const char *directory)
{
    if (!is_directory)
        return mount(file, path, NULL, MS_BIND, NULL);
    if (directory != NULL)
        return mount(directory, path, NULL, MS_BIND, NULL);
    return mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=1");
}

static int cover_one(int root_fd, const char *root, const char *entry, const char *file, const char *directory)
{
    char path[PATH_MAX];
    struct stat found;

    if ((*entry != 'm' && *entry != 'r') || snprintf(path, sizeof path, "%s/%s", root, entry + 1) >= (int)sizeof path) {
        errno = EINVAL;
        return -1;
    }
    /* There is no link on the way, so the path means the same thing to mount(2). */
    autofd target = sys_openat2(root_fd, entry + 1, O_PATH | O_NOFOLLOW, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    if (target < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
    if (fstat(target, &found) < 0)
        return -1;
    if (*entry == 'm')
        return mask(path, S_ISDIR(found.st_mode), file, directory);
    if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
        return -1;
    return remount_with(path, MS_RDONLY);
}

int cover_paths(const char *root, const char *covers, size_t length, const char *file, const char *directory)
{
    autofd root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (root_fd < 0)
        return -1;
    for (const char *entry = covers; entry < covers + length; entry += strlen(entry) + 1)
        if (cover_one(root_fd, root, entry, file, directory) < 0)
            return -1;
    return 0;
}
