/* The file that an open means, opened as the caller. */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "check.h"
#include "child.h"
#include "kernel.h"
#include "open.h"
#include "open32.h"
#include "ownfd.h"
#include "place.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "resolve.h"
#include "util.h"
#include "walk.h"

/* If the resolve flags forbid links, the worker follows none, and a magic link gives the kernel's own errno. */
#define NO_MAGIC (RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH | RESOLVE_IN_ROOT)

static enum goal choose_goal(uint64_t flags, const char *path)
{
    bool slash = path[strlen(path) - 1] == '/';

    if (flags & O_CREAT)
        return flags & (O_EXCL | O_NOFOLLOW) || slash ? GOAL_NAME : GOAL_CREATE;
    return flags & O_NOFOLLOW && !slash ? GOAL_NAME : GOAL_FOLLOW;
}

/*
 * Opens the place that a walk led to, and follows nothing more except the worker's own name of an object. The slash is
 * for O_NOFOLLOW, which then means a directory.
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
 * Whether only the caller itself can open the file correctly. That is its terminal, a terminal that becomes its own by
 * the open, a FIFO for which it has to wait, and a sysctl of its pid namespace, because no worker is ever in that.
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

/* Nothing is opened before the agent has decided. Only a look at what is there comes before. */
#define MOST_TRIES 8

/* Whether a name is wanted, because the file may be made, or must not be a link. */
static bool is_by_name(const char *path, uint64_t flags)
{
    return !names_nothing(last_component(path)) && choose_goal(flags, path) != GOAL_FOLLOW;
}

static bool is_link_at(const struct place *place, uint64_t resolve)
{
    struct statx found;
    autofd there = sys_openat2(place->fd, place->last, O_PATH | O_NOFOLLOW, resolve & RESOLVE_NO_XDEV);

    return there >= 0 && syscall(SYS_statx, there, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) == 0
        && S_ISLNK(found.stx_mode);
}

/* Finds what the open means: an object, or a name in a folder that links at the end have led to. */
static int find_opened(const struct call *call, const struct open_how *how, struct place *place)
{
    const char *path = call->string[STRING_PATH];
    int start = start_of(call, STRING_PATH);

    if (!is_by_name(path, how->flags)) {
        int first = is_only_walked(call) ? -1 : sys_openat2(start, path, O_PATH, how->resolve);
        return settle_place(call, STRING_PATH, GOAL_FOLLOW, first, place);
    }
    enum goal goal = choose_goal(how->flags, path);
    int first = is_only_walked(call) ? -1 : open_parent(start, path, last_component(path), how->resolve);
    if (settle_place(call, STRING_PATH, goal, first, place) < 0)
        return -1;
    if (place->fd != first)
        return 0;
    place->last = last_component(path);
    if (goal != GOAL_CREATE || !is_link_at(place, how->resolve))
        return 0;
    close_fd(&place->fd);
    return walk(call, STRING_PATH, goal, place);
}

/*
 * A name that is wanted is opened without following it, so the decision about the name holds whatever file it has by
 * then. If it has become a link, it has to be resolved again, and decided again. The kernel would follow the link too.
 * But a path with so many links is an ELOOP for it.
 */
static int open_checked(const struct call *call)
{
    const char *path = call->string[STRING_PATH];
    const uint64_t *number = call->request->number;
    struct open_how how = {.flags = number[0], .mode = number[1], .resolve = number[2]};

    if (!(how.resolve & NO_MAGIC))
        how.resolve |= RESOLVE_NO_MAGICLINKS;
    struct open_how exactly = {.flags = number[0], .mode = number[1], .resolve = number[2] & RESOLVE_NO_XDEV};
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        struct place place = {.fd = -1};
        int status = find_opened(call, &how, &place);
        autofd found = place.fd;
        if (status < 0 || check_places(call, &place, NULL) < 0)
            return -1;
        int opened = open_place(&place, &exactly);
        if (opened >= 0 || errno != ELOOP || place.last == NULL || choose_goal(how.flags, path) != GOAL_CREATE)
            return opened;
    }
    return fail_with(ELOOP);
}

static bool is_undecided(const struct call *call)
{
    return call->request->flags & REQUEST_UNDECIDED;
}

static bool is_place_for_the_caller(const struct place *place, uint64_t flags)
{
    if (place->last == NULL)
        return is_for_the_caller(place->fd, flags);
    autofd there = sys_openat2(place->fd, place->last, O_PATH | O_NOFOLLOW, 0);
    return there >= 0 && is_for_the_caller(there, flags);
}

static int open_path(const struct call *call, struct place *place)
{
    const char *path = call->string[STRING_PATH];
    const uint64_t *number = call->request->number;
    struct open_how how = {.flags = number[0], .mode = number[1], .resolve = number[2]};

    if (!(how.resolve & NO_MAGIC))
        how.resolve |= RESOLVE_NO_MAGICLINKS;
    int first = is_only_walked(call) ? -1 : sys_openat2_how(start_of(call, STRING_PATH), path, &how);
    if (settle_place(call, STRING_PATH, choose_goal(how.flags, path), first, place) < 0)
        return -1;
    if (place->fd == first)
        return first;
    if (is_undecided(call) && is_place_for_the_caller(place, how.flags)) {
        close_fd(&place->fd);
        enter_step(STEP_CALLER);
        return -1;
    }
    autofd found = place->fd;
    how.resolve = number[2] & RESOLVE_NO_XDEV;
    place->special = place->special && is_procfs(found); /* elsewhere an open that fails may have made the file */
    return open_place(place, &how);
}

/* Looks at what is there before it is opened, because the caller may have to open it itself. */
static bool is_left_to_caller(const struct call *call)
{
    const uint64_t *number = call->request->number;
    struct open_how how
        = {.flags = O_PATH | O_CLOEXEC | (number[0] & O_NOFOLLOW), .resolve = number[2] | RESOLVE_NO_MAGICLINKS};
    autofd there = sys_openat2_how(start_of(call, STRING_PATH), call->string[STRING_PATH], &how);

    return there >= 0 && is_for_the_caller(there, number[0]);
}

int resolve_open(const struct call *call)
{
    struct place place = {.fd = -1};
    bool undecided = is_undecided(call);

    if (!is_path(call->string[STRING_PATH]))
        return -1;
    if (is_checked(call))
        return open_checked(call);
    if (undecided && !worker_is_visible(call) && is_left_to_caller(call)) {
        enter_step(STEP_CALLER);
        return -1;
    }
    autofd opened = open_path(call, &place);
    /* In a procfs the worker is somebody else than the caller, and the caller may do more with its own files. */
    if (undecided && (opened < 0 ? place.special : is_of_pid_namespace(opened))) {
        enter_step(STEP_CALLER);
        return -1;
    }
    return release_fd(&opened);
}
