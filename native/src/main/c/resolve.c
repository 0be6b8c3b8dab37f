/*
 * Paths are resolved only here, in open.c and in walk.c, by a worker that is the caller. First the kernel resolves the
 * path without following magic links, because it would follow the worker's. If that fails, or ends in a procfs, where
 * self may have meant the worker, the path is walked. The kernel's own answer stands only if no procfs was on the way.
 */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity.h"
#include "kernel.h"
#include "open32.h"
#include "ownfd.h"
#include "place.h"
#include "procfs.h"
#include "protocol.h"
#include "request.h"
#include "resolve.h"
#include "util.h"
#include "walk.h"

bool is_path(const char *path)
{
    size_t length = strlen(path);

    errno = length == 0 ? ENOENT : ENAMETOOLONG;
    return length > 0 && length < PATH_MAX;
}

/*
 * Whether the path is always walked. The kernel's own idea of /proc/self must not be used even once, or the kernel has
 * no call for the request.
 */
bool is_only_walked(const struct call *call)
{
    const struct open_how how = {.flags = call->request->number[0]};

    return worker_is_visible(call) || (call->request->operation == OP_OPEN && is_for_small_files(&how));
}

const char *last_component(const char *path)
{
    const char *end = path + strlen(path);

    while (end > path && end[-1] == '/')
        end--;
    while (end > path && end[-1] != '/')
        end--;
    return end;
}

/*
 * The dot keeps the component before it on the way, as it is in the whole path. If it were at the end, the rule of
 * fs.protected_symlinks would apply to a link.
 */
int open_parent(int start, const char *path, const char *last, uint64_t resolve)
{
    char parent[PATH_MAX];
    size_t length = (size_t)(last - path);

    if (*last == '/')
        return sys_openat2(-1, "/", O_PATH | O_DIRECTORY, 0);
    if (length == 0)
        return fcntl(start, F_DUPFD_CLOEXEC, 0);
    memcpy(parent, path, length);
    memcpy(parent + length, ".", 2);
    return sys_openat2(start, parent, O_PATH | O_DIRECTORY, resolve);
}

/*
 * The kernel's answer stands unless a procfs is involved. errno is that of the first answer. A result in a procfs never
 * stands, because the path can lead elsewhere the second time.
 */
int settle_place(const struct call *call, enum string path, enum goal goal, int first, struct place *place)
{
    int error = errno;

    if (first >= 0 && !is_procfs(first)) {
        place->fd = first;
        return 0;
    }
    autofd given = first;
    int status = walk(call, path, goal, place);
    if (given >= 0 || place->special || is_only_walked(call))
        return status;
    if (status == 0)
        close_fd(&place->fd);
    errno = error;
    return -1;
}

int resolve_name(const struct call *call, enum string path, struct place *name)
{
    const char *text = call->string[path], *last = last_component(text);

    if (!is_path(text))
        return -1;
    int first = worker_is_visible(call) ? -1 : open_parent(start_of(call, path), text, last, RESOLVE_NO_MAGICLINKS);
    int status = settle_place(call, path, GOAL_NAME, first, name);
    name->last = last;
    return status;
}

int resolve_object(const struct call *call, enum string path, uint64_t flags, bool may_be_empty)
{
    const char *text = call->string[path];
    int start = start_of(call, path);
    struct place place = {.fd = -1};

    if (*text == '\0' && may_be_empty)
        return fcntl(start, F_DUPFD_CLOEXEC, 0);
    if (!is_path(text))
        return -1;
    int first = worker_is_visible(call) ? -1 : sys_openat2(start, text, O_PATH | flags, RESOLVE_NO_MAGICLINKS);
    if (settle_place(call, path, flags & O_NOFOLLOW ? GOAL_OBJECT : GOAL_FOLLOW, first, &place) < 0)
        return -1;
    if (!(flags & O_DIRECTORY) || is_directory(place.fd))
        return place.fd;
    close_fd(&place.fd);
    errno = ENOTDIR;
    return -1;
}

int resolve_through_procfs(const struct call *call, enum string path)
{
    struct place place = {.fd = -1};
    const char *text = call->string[path];
    autofd first = !is_path(text) || worker_is_visible(call)
        ? -1
        : sys_openat2(start_of(call, path), text, O_PATH, RESOLVE_NO_MAGICLINKS);

    if (!is_path(text) || (first >= 0 && !is_procfs(first))) {
        errno = 0;
        return -1;
    }
    int status = walk(call, path, GOAL_FOLLOW, &place);
    if (place.special)
        return status < 0 ? -1 : place.fd;
    close_fd(&place.fd);
    errno = 0;
    return -1;
}

const char *find_name(const struct call *call, int object)
{
    for (int below_root = false; below_root <= true; below_root++) {
        const char *name = below_root ? name_below_root(object) : call->string[STRING_PATH];
        autofd found = name ? sys_openat2(AT_FDCWD, name, O_PATH, RESOLVE_NO_MAGICLINKS) : -1;
        if (found >= 0 && is_same(found, object))
            return name;
    }
    return NULL;
}
