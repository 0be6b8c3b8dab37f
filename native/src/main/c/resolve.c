/*
 * Paths are resolved here and in walk.c and nowhere else, by a worker that is the caller. First by the kernel, which
 * follows no magic link: it would follow the worker's. If that fails, or ends in a procfs, where self may have been the
 * worker, the path is walked, and only if no procfs was on the way does the kernel's own answer stand.
 */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static bool is_path(const char *path)
{
    size_t length = strlen(path);

    errno = length == 0 ? ENOENT : ENAMETOOLONG;
    return length > 0 && length < PATH_MAX;
}

static bool is_directory(int fd)
{
    struct stat found;

    return fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool worker_is_visible(const struct call *call)
{
    return call->request->flags & REQUEST_WORKER_IS_VISIBLE;
}

/* The kernel's own idea of /proc/self must not be used even once, or has no call for what is asked. */
static bool is_only_walked(const struct call *call)
{
    const struct open_how how = {.flags = call->request->number[0]};

    return worker_is_visible(call) || (call->request->operation == OP_OPEN && is_for_small_files(&how));
}

static const char *last_component(const char *path)
{
    const char *end = path + strlen(path);

    while (end > path && end[-1] == '/')
        end--;
    while (end > path && end[-1] != '/')
        end--;
    return end;
}

/*
 * The dot makes the component before it one on the way, as it is in the whole path: to a link at the end the rule of
 * fs.protected_symlinks would apply.
 */
static int open_parent(int start, const char *path, const char *last)
{
    char parent[PATH_MAX];
    size_t length = (size_t)(last - path);

    if (*last == '/')
        return sys_openat2(-1, "/", O_PATH | O_DIRECTORY, 0);
    if (length == 0)
        return fcntl(start, F_DUPFD_CLOEXEC, 0);
    memcpy(parent, path, length);
    memcpy(parent + length, ".", 2);
    return sys_openat2(start, parent, O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS);
}

/*
 * An answer of the kernel's stands unless a procfs has to do with it; errno is that of the first answer. What was found
 * in a procfs never stands: the path can lead elsewhere the second time.
 */
static int settle(const struct call *call, enum string path, enum goal goal, int first, struct place *place)
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
    int first = worker_is_visible(call) ? -1 : open_parent(start_of(call, path), text, last);
    int status = settle(call, path, GOAL_NAME, first, name);
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
    if (settle(call, path, flags & O_NOFOLLOW ? GOAL_OBJECT : GOAL_FOLLOW, first, &place) < 0)
        return -1;
    if (!(flags & O_DIRECTORY) || is_directory(place.fd))
        return place.fd;
    close_fd(&place.fd);
    errno = ENOTDIR;
    return -1;
}

/* Links that resolve may not follow are none of the worker's business: then a magic link gives the kernel's own errno. */
#define NO_MAGIC (RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH | RESOLVE_IN_ROOT)

static enum goal goal_of_open(uint64_t flags, const char *path)
{
    bool slash = path[strlen(path) - 1] == '/';

    if (flags & O_CREAT)
        return flags & (O_EXCL | O_NOFOLLOW) || slash ? GOAL_NAME : GOAL_CREATE;
    return flags & O_NOFOLLOW && !slash ? GOAL_NAME : GOAL_FOLLOW;
}

/*
 * What has been walked to is opened without following anything more, but for the worker's own name of an object; the
 * slash is for O_NOFOLLOW, which then is about a directory.
 */
static int open_place(const struct place *place, const struct open_how *wanted)
{
    struct open_how how = *wanted;
    int directory = place->last ? place->fd : PROC_FD;
    struct own_name object = own_name(place->fd);
    const char *name = place->last ? place->last : object.path;

    how.resolve = place->last ? how.resolve | RESOLVE_NO_SYMLINKS : 0;
    if (!place->last && how.flags & O_NOFOLLOW)
        strcat(object.path, "/");
    if (!is_procfs(place->fd)) {
        autofd opened = open_as_asked(directory, name, &how);
        if (opened < 0 || !is_procfs(opened))
            return release_fd(&opened);
    }
    return open_in_child(directory, name, &how);
}

/*
 * What only the caller can open as the kernel would: its terminal, one that becomes its terminal by that, a FIFO for which it
 * has to wait, and a sysctl of its pid namespace, in which no worker ever is.
 */
static bool is_for_the_caller(int fd, uint64_t flags)
{
    struct statx found;

    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) < 0)
        return false;
    if (S_ISFIFO(found.stx_mode))
        return !(flags & O_NONBLOCK) && (flags & O_ACCMODE) != O_RDWR;
    if (S_ISCHR(found.stx_mode)) {
        unsigned major = found.stx_rdev_major;
        bool own = major == 5 && found.stx_rdev_minor == 0;
        return own || (!(flags & O_NOCTTY) && (major == 4 || major == 5 || (major >= 136 && major <= 143)));
    }
    return false;
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);

    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

static bool is_of_pid_namespace(int opened)
{
    const char *name = is_procfs(opened) ? name_below_root(opened) : NULL;

    return name != NULL && (ends_with(name, "/sys/kernel/pid_max") || ends_with(name, "/sys/kernel/ns_last_pid"));
}

static bool is_undecided(const struct call *call)
{
    return call->request->flags & REQUEST_UNDECIDED;
}

static int open_path(const struct call *call, struct place *place)
{
    const char *path = call->string[STRING_PATH];
    const uint64_t *number = call->request->number;
    struct open_how how = {.flags = number[0], .mode = number[1], .resolve = number[2]};

    if (!(how.resolve & NO_MAGIC))
        how.resolve |= RESOLVE_NO_MAGICLINKS;
    int first = is_only_walked(call) ? -1 : sys_openat2_how(start_of(call, STRING_PATH), path, &how);
    if (settle(call, STRING_PATH, goal_of_open(how.flags, path), first, place) < 0)
        return -1;
    if (place->fd == first)
        return first;
    if (is_undecided(call) && place->last == NULL && is_for_the_caller(place->fd, how.flags)) {
        close_fd(&place->fd);
        at(STEP_CALLER);
        return -1;
    }
    autofd found = place->fd;
    how.resolve = number[2] & RESOLVE_NO_XDEV;
    return open_place(place, &how);
}

/* A look at what is there, before it is opened: to open it may be what the caller has to do. */
static bool is_left_to_caller(const struct call *call)
{
    const uint64_t *number = call->request->number;
    struct open_how how = {
        .flags = O_PATH | O_CLOEXEC | (number[0] & O_NOFOLLOW), .resolve = number[2] | RESOLVE_NO_MAGICLINKS};
    autofd there = sys_openat2_how(start_of(call, STRING_PATH), call->string[STRING_PATH], &how);

    return there >= 0 && is_for_the_caller(there, number[0]);
}

int resolve_open(const struct call *call)
{
    struct place place = {.fd = -1};
    bool undecided = is_undecided(call);

    if (!is_path(call->string[STRING_PATH]))
        return -1;
    if (undecided && !worker_is_visible(call) && is_left_to_caller(call)) {
        at(STEP_CALLER);
        return -1;
    }
    autofd opened = open_path(call, &place);
    /* In a procfs the worker is somebody else than the caller, who may do more with what is its own. */
    if (undecided && (opened < 0 ? place.special : is_of_pid_namespace(opened))) {
        at(STEP_CALLER);
        return -1;
    }
    return release_fd(&opened);
}

int resolve_through_procfs(const struct call *call, enum string path)
{
    struct place place = {.fd = -1};
    const char *text = call->string[path];
    autofd first
        = !is_path(text) || worker_is_visible(call) ? -1 : sys_openat2(start_of(call, path), text, O_PATH, RESOLVE_NO_MAGICLINKS);

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

const char *name_of(const struct call *call, int object)
{
    for (int below_root = false; below_root <= true; below_root++) {
        const char *name = below_root ? name_below_root(object) : call->string[STRING_PATH];
        autofd found = name ? sys_openat2(AT_FDCWD, name, O_PATH, RESOLVE_NO_MAGICLINKS) : -1;
        if (found >= 0 && is_same(found, object))
            return name;
    }
    return NULL;
}
