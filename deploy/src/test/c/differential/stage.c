/* What a call meets: the scratch folder with the folder "work", the object in it, and links and descriptors to them. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "differential.h"

#define OTHER_USER 3000
#define FLAGS (O_CLOEXEC | O_NONBLOCK)

static const uint16_t default_acl[] = {2, 0, 1, 7, 0xffff, 0xffff, 2, 7, 1000, 0, 4, 5, 0xffff, 0xffff,
                                       0x10, 7, 0xffff, 0xffff, 0x20, 1, 0xffff, 0xffff};

static void check(int result, const char *what)
{
    if (result < 0)
        die(what);
}

static uint32_t id_of(enum owner owner, const struct caller *caller)
{
    return owner == ROOTS ? 0 : owner == OWN ? caller->host_uid : OTHER_USER;
}

static uint32_t shared_group(const struct caller *caller)
{
    return caller->user_namespace == MANY_IDS ? 100000 + SHARED_GROUP : SHARED_GROUP;
}

static void make_file(int parent, const char *name, const char *text)
{
    int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    check(fd, name);
    if (text != NULL && write(fd, text, strlen(text)) < 0)
        die(name);
    close(fd);
}

static void make_node(int parent, const char *name, const struct object *object)
{
    switch (object->mode & S_IFMT) {
    case S_IFREG:
        make_file(parent, name, object->text);
        break;
    case S_IFDIR:
        check(mkdirat(parent, name, 0700), name);
        break;
    case S_IFLNK:
        check(symlinkat(object->text, parent, name), name);
        break;
    default:
        check(mknodat(parent, name, (object->mode & S_IFMT) | 0600, makedev(1, 3)), name);
        break;
    }
}

static void make_object(int work, const char *name, const struct object *object, const struct caller *caller)
{
    uint32_t id = id_of(object->owner, caller);
    char path[64 + NAME_MAX];

    if (object->mode == 0)
        return;
    make_node(work, name, object);
    if (S_ISDIR(object->mode) && object->text != NULL) {
        snprintf(path, sizeof path, "%s/%s", name, object->text);
        make_file(work, path, NULL);
        check(fchownat(work, path, id, id, 0), path);
    }
    check(fchownat(work, name, id, id, AT_SYMLINK_NOFOLLOW), name);
    if (!S_ISLNK(object->mode))
        check(fchmodat(work, name, object->mode & 07777, 0), name);
    check(fchdir(work), "fchdir");
    if (object->attribute != NULL && lsetxattr(name, object->attribute, object->value, object->size, 0) < 0
        && errno != EOPNOTSUPP)
        die(object->attribute);
    if (object->huge)
        check(truncate(name, 3l << 30), "truncate");
    if (object->twice)
        check(linkat(work, name, work, "second-name", 0), name);
}

static void make_folder(int scratch, const char *name, const struct folder *folder, const struct caller *caller)
{
    uint32_t id = id_of(folder->owner, caller);

    check(mkdirat(scratch, name, 0700), name);
    check(fchownat(scratch, name, id, folder->shared ? shared_group(caller) : id, 0), name);
    check(fchmodat(scratch, name, folder->mode, 0), name);
    check(fchdir(scratch), "fchdir");
    if (folder->acl && setxattr(name, "system.posix_acl_default", default_acl, sizeof default_acl, 0) < 0
        && errno != EOPNOTSUPP)
        die("default ACL");
}

static void make_links(int scratch, const struct path *path, const char *seen_scratch, const char *name, int descriptor)
{
    char target[PATH_BUFFER], link[32];
    struct path at_end = {.template = path->target};

    if (path->link == NULL)
        return;
    path_text(&at_end, seen_scratch, name, descriptor, 0, target);
    for (unsigned i = path->links; i-- > 0;) {
        char next[sizeof link + 8];
        snprintf(link, sizeof link, "%s%u", path->link, i);
        snprintf(next, sizeof next, "%s%u", path->link, i + 1);
        check(symlinkat(i + 1 == path->links ? target : next, scratch, link), link);
    }
    if (path->links == 0)
        check(symlinkat(target, scratch, path->link), path->link);
}

static int open_and_remove(int scratch, const char *name, bool folder)
{
    if (folder)
        check(mkdirat(scratch, name, 0777), name);
    else
        make_file(scratch, name, "unlinked");
    int fd = openat(scratch, name, O_RDONLY | FLAGS);
    check(fd, name);
    check(unlinkat(scratch, name, folder ? AT_REMOVEDIR : 0), name);
    return fd;
}

static int open_descriptor(int scratch, enum descriptor what, const char *name)
{
    char path[16 + NAME_MAX];
    int pipe_ends[2], fd;

    snprintf(path, sizeof path, "work/%s", name);
    switch (what) {
    case D_FOLDER:
        return openat(scratch, "work", O_RDONLY | FLAGS);
    case D_FOLDER_O_PATH:
        return openat(scratch, "work", O_PATH | FLAGS);
    case D_FILE:
        return openat(scratch, "elsewhere/file", O_RDONLY | FLAGS);
    case D_FILE_O_PATH:
        return openat(scratch, "elsewhere/file", O_PATH | FLAGS);
    case D_LINK_O_PATH:
        return openat(scratch, "elsewhere/to-work", O_PATH | O_NOFOLLOW | FLAGS);
    case D_OBJECT:
        fd = openat(scratch, path, O_RDONLY | O_NOFOLLOW | FLAGS);
        return fd >= 0 ? fd : openat(scratch, path, O_PATH | O_NOFOLLOW | FLAGS);
    case D_OBJECT_O_PATH:
        return openat(scratch, path, O_PATH | O_NOFOLLOW | FLAGS);
    case D_GONE:
        return open_and_remove(scratch, "gone", true);
    case D_UNLINKED:
        return open_and_remove(scratch, "unlinked", false);
    case D_PIPE:
        check(pipe2(pipe_ends, FLAGS), "pipe");
        close(pipe_ends[1]);
        return pipe_ends[0];
    default:
        return -1;
    }
}

static int open_cwd(int scratch, enum place cwd)
{
    switch (cwd) {
    case IN_FOLDER:
        return openat(scratch, "work", O_PATH | O_CLOEXEC);
    case IN_SCRATCH:
        return openat(scratch, ".", O_PATH | O_CLOEXEC);
    case IN_ELSEWHERE:
        return openat(scratch, "elsewhere", O_PATH | O_CLOEXEC);
    case IN_REMOVED:
        return open_and_remove(scratch, "removed", true);
    default:
        return open("/", O_PATH | O_CLOEXEC);
    }
}

void set_stage(const char *scratch, const struct scenario *s, int *descriptors)
{
    static const struct folder elsewhere = {.mode = 0777, .owner = OWN}, locked = {.mode = 0700, .owner = OTHERS};
    static const struct object file = {.mode = S_IFREG | 0644, .owner = OWN, .text = "elsewhere"};
    const char *seen = s->caller->chroot ? "" : scratch, *name = object_name(s->path, "x");
    char work_path[PATH_MAX];

    snprintf(work_path, sizeof work_path, "%s/work", scratch);
    check(mkdir(scratch, 0755), scratch);
    check(chown(scratch, s->caller->host_uid, s->caller->host_uid), scratch);
    int top = open(scratch, O_RDONLY | O_CLOEXEC);
    make_folder(top, "elsewhere", &elsewhere, s->caller);
    make_object(top, "elsewhere/file", &file, s->caller);
    check(symlinkat("../work", top, "elsewhere/to-work"), "to-work");
    make_folder(top, "locked", &locked, s->caller);
    make_folder(top, "work", s->folder, s->caller);
    if (s->folder->mount)
        check(mount(work_path, work_path, NULL, MS_BIND, NULL), "mount");
    int work = openat(top, "work", O_RDONLY | O_CLOEXEC);
    make_object(work, name, s->object, s->caller);
    if (s->other != NULL)
        make_object(work, s->other_path != NULL ? object_name(s->other_path, "y") : "y", s->other, s->caller);
    make_links(top, s->path, seen, name, DESCRIPTOR);
    if (s->other_path != NULL)
        make_links(top, s->other_path, seen, object_name(s->other_path, "y"), DESCRIPTOR + 1);
    bool others_cwd = s->other_path != NULL && s->path->cwd == IN_ROOT;
    descriptors[0] = open_cwd(top, others_cwd ? s->other_path->cwd : s->path->cwd);
    descriptors[1] = open_descriptor(top, s->path->descriptor, name);
    descriptors[2] = s->other_path == NULL ? -1 : open_descriptor(top, s->other_path->descriptor, "y");
    close(work);
    close(top);
    check(chdir("/"), "/");
    if (s->folder->mount && s->folder->mount != MS_BIND)
        check(mount(NULL, work_path, NULL, MS_REMOUNT | MS_BIND | s->folder->mount, NULL), "remount");
}

static void remove_all(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct dirent *entry;

    if (fd < 0) {
        if (unlinkat(parent, name, 0) < 0 && errno != ENOENT)
            die(name);
        return;
    }
    DIR *entries = fdopendir(fd);
    while ((entry = readdir(entries)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_all(fd, entry->d_name);
    closedir(entries);
    check(unlinkat(parent, name, AT_REMOVEDIR), name);
}

void clear_stage(const char *scratch, const struct scenario *s)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/work", scratch);
    if (s->folder->mount)
        check(umount2(path, MNT_DETACH), "umount");
    remove_all(AT_FDCWD, scratch);
    remove_all(AT_FDCWD, "/x");
    remove_all(AT_FDCWD, "/y");
}
