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

static bool is_absent(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

/* There is no link on the way. */
static int open_target(int root, const char *entry)
{
    if (*entry != 'm' && *entry != 'r')
        return fail_with(EINVAL);
    return sys_openat2(root, entry + 1, O_PATH | O_NOFOLLOW, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

static int cover_one(int root_fd, const char *root, const char *entry, const char *file, const char *directory)
{
    char path[PATH_MAX]; /* means the same thing to mount(2) */
    struct stat found;

    autofd target = open_target(root_fd, entry);
    if (target < 0)
        return is_absent(errno) ? 0 : -1;
    if (fstat(target, &found) < 0 || snprintf(path, sizeof path, "%s/%s", root, entry + 1) >= (int)sizeof path)
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

static int make_mask(int target, const char *file, const char *directory)
{
    struct stat found;

    if (fstat(target, &found) < 0)
        return -1;
    return sys_clone_mount(AT_FDCWD, S_ISDIR(found.st_mode) ? directory : file, 0);
}

static int make_read_only(int target)
{
    autofd mount = sys_clone_mount(target, "", AT_RECURSIVE);

    if (mount < 0 || sys_mount_setattr(mount, &(struct mount_attributes){.set = ATTR_RDONLY}) < 0)
        return -1;
    return release_fd(&mount);
}

static int cover_one_of(int mount, const char *entry, const char *file, const char *directory)
{
    autofd target = open_target(mount, entry);

    if (target < 0)
        return is_absent(errno) ? 0 : -1;
    autofd cover = *entry == 'm' ? make_mask(target, file, directory) : make_read_only(target);
    return cover < 0 ? -1 : sys_move_mount(cover, target, "");
}

int cover_mount(int mount, const char *covers, size_t length, const char *file, const char *directory)
{
    for (const char *entry = covers; entry < covers + length; entry += strlen(entry) + 1)
        if (cover_one_of(mount, entry, file, directory) < 0)
            return -1;
    return 0;
}
