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
        return is_absent(errno) ? 0 : -1;
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

/* Where the last component of an entry is, and the component. Most are in the root of the mount. */
static int open_folder(int mount, const char *entry, const char **last)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(entry, '/');

    *last = slash ? slash + 1 : entry + 1;
    if ((*entry != 'm' && *entry != 'r') || **last == '\0')
        return fail_with(EINVAL);
    if (slash == NULL)
        return mount;
    if (snprintf(folder, sizeof folder, "%.*s", (int)(slash - entry - 1), entry + 1) >= (int)sizeof folder)
        return fail_with(ENAMETOOLONG);
    return sys_openat2(mount, folder, O_PATH | O_DIRECTORY, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

static int mask_name(int folder, const char *name, const char *file, const char *directory)
{
    struct stat found;

    if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) < 0)
        return is_absent(errno) ? 0 : -1;
    autofd mask = sys_clone_mount(AT_FDCWD, S_ISDIR(found.st_mode) ? directory : file, 0);
    return mask < 0 ? -1 : sys_move_mount(mask, folder, name);
}

static int make_read_only(int folder, const char *name)
{
    autofd part = sys_clone_mount(folder, name, AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);

    if (part < 0)
        return is_absent(errno) ? 0 : -1;
    if (sys_mount_setattr(part, &(struct mount_attributes){.set = ATTR_RDONLY}) < 0)
        return -1;
    return sys_move_mount(part, folder, name);
}

static int cover_one_of(int mount, const char *entry, const char *file, const char *directory)
{
    const char *name;
    int folder = open_folder(mount, entry, &name);
    autofd opened = folder == mount ? -1 : folder;

    if (folder < 0)
        return is_absent(errno) ? 0 : -1;
    return *entry == 'm' ? mask_name(folder, name, file, directory) : make_read_only(folder, name);
}

int cover_mount(int mount, const char *covers, size_t length, const char *file, const char *directory)
{
    for (const char *entry = covers; entry < covers + length; entry += strlen(entry) + 1)
        if (cover_one_of(mount, entry, file, directory) < 0)
            return -1;
    return 0;
}
