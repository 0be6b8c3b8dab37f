/*
 * A path is walked component by component where the kernel, asked by the worker, would give the worker's view of a
 * procfs instead of the caller's: self and thread-self are the caller, its own magic links are asked for, and those of
 * others are followed by the kernel if the caller may. Each component is looked up by the kernel, as the caller and
 * below the caller's root, so permissions and ".." are its affair; what links mean is done here.
 */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "ask.h"
#include "identity.h"
#include "kernel.h"
#include "link.h"
#include "ownlink.h"
#include "place.h"
#include "protocol.h"
#include "request.h"
#include "trail.h"
#include "util.h"
#include "walk.h"

/* Each link puts its text before the rest. */
static char text[(MAX_LINKS + 1) * PATH_MAX];

/* Without asking the file system again: its daemon may be the caller, who waits. */
static bool is_link(int fd)
{
    struct statx found;

    return syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) == 0
        && S_ISLNK(found.stx_mode);
}

/* Takes the next component off the rest. */
static void take_component(struct walk *w)
{
    size_t length = strcspn(w->rest, "/"), slashes = strspn(w->rest + length, "/");

    memcpy(w->name, w->rest, length);
    w->name[length] = '\0';
    w->slashes = slashes > 0;
    w->last = w->rest[length + slashes] == '\0';
    w->rest += length;
}

static bool stops_here(const struct walk *w)
{
    return w->last && (w->goal == GOAL_NAME || (w->goal == GOAL_CREATE && w->slashes));
}

static bool is_dots(const struct walk *w)
{
    return strcmp(w->name, ".") == 0 || strcmp(w->name, "..") == 0;
}

/* Whether the last component is wanted as a name, once links are out of the way. */
static bool wants_name(const struct walk *w)
{
    return w->last && (w->goal == GOAL_CREATE || (w->goal == GOAL_MOUNT_POINT && !is_dots(w)));
}

static bool follows(const struct walk *w)
{
    return !w->last || w->slashes || w->goal != GOAL_OBJECT;
}

static int arrive(struct walk *w, struct place *place, const char *last)
{
    if (w->unseen)
        return fail_with(w->unseen);
    if (last != NULL && w->spot == OWN_FD)
        place->own = is_dots(w) || is_own_descriptor(w) ? OWN_DESCRIPTOR : CLOSED_DESCRIPTOR;
    place->fd = release_fd(&w->here);
    place->last = last;
    return 0;
}

/*
 * A hidepid that hides the caller's own directories hides them from the worker alone. On the way to a magic link, which
 * is asked for, nothing has to be seen of them.
 */
static bool goes_on_unseen(struct walk *w, int error)
{
    enum spot next = w->spot == OWN || w->spot == OWN_TASKS ? find_spot(w) : ELSEWHERE;

    if (w->last || next == ELSEWHERE || may_not_leave(w))
        return false;
    w->spot = next;
    w->unseen = error;
    return true;
}

/* In the folder of its descriptors the caller needs no permission: it stays, goes up, or finds none of that name. */
static int step_from_descriptors(struct walk *w)
{
    if (strcmp(w->name, ".") == 0)
        return 1;
    if (strcmp(w->name, "..") == 0 && w->own >= 0)
        return go_to(w, release_fd(&w->own), OWN) < 0 ? -1 : 1;
    return fail_with(is_own_descriptor(w) ? EACCES : ENOENT);
}

/* One component: 1 to go on, 0 when the place is known, -1 with errno. */
static int take_step(struct walk *w, struct place *place)
{
    char own[32];
    const char *component = w->rest;

    take_component(w);
    if (may_not_leave(w) && strcmp(w->name, "..") == 0)
        return go_up(w) < 0 ? -1 : 1;
    if (stops_here(w))
        return arrive(w, place, component);
    if (follows(w) && name_own_link(w, own, sizeof own) != NULL) {
        if (count_link(w, w->here) < 0 || jump(w, ask_for_link(own, w->of_thread)) < 0)
            return -1;
        return 1;
    }
    autofd next = w->unseen ? fail_with(w->unseen)
                            : sys_openat2(w->here, w->name, O_PATH | O_NOFOLLOW, w->resolve & RESOLVE_NO_XDEV);
    if (next < 0 && errno == EACCES && w->spot == OWN_FD && !w->unseen)
        return step_from_descriptors(w);
    if (next < 0 && goes_on_unseen(w, errno))
        return 1;
    if (next < 0)
        return wants_name(w) && errno == ENOENT ? arrive(w, place, component) : -1;
    if (follows(w) && is_link(next))
        return follow_link(w, next) < 0 ? -1 : 1;
    if (wants_name(w))
        return arrive(w, place, component);
    enum spot spot = find_spot(w);
    if (spot == OWN_FD && w->spot == OWN)
        keep_own(w, w->here);
    return remember_directory(w) < 0 || go_to(w, release_fd(&next), spot) < 0 ? -1 : 1;
}

static int walk_all(struct walk *w, struct place *place)
{
    int status = 1;

    while (status > 0) {
        size_t slashes = strspn(w->rest, "/");

        w->rest += slashes;
        if (*w->rest != '\0') {
            status = take_step(w, place);
            continue;
        }
        status = arrive(w, place, NULL);
        if (slashes == 0)
            return status;
        /* What slashes follow has to be a directory, and needs not be one that the caller may search. */
        if (status == 0 && is_directory(place->fd))
            return 0;
        close_fd(&place->fd);
        return status < 0 ? -1 : fail_with(ENOTDIR);
    }
    return status;
}

int walk(const struct call *call, enum string path, enum goal goal, struct place *place)
{
    struct walk w = {.call = call, .goal = goal, .here = -1, .own = -1, .rest = text + sizeof text - 1, .path = path};
    const char *from = call->string[path];
    int status = 0;

    w.resolve = call->request->operation == OP_OPEN ? call->request->number[2] : 0;
    if (*from != '/')
        status = go_to_start(&w);
    if (status == 0)
        status = prepend(&w, from, strlen(from));
    if (status == 0)
        status = walk_all(&w, place);
    place->special = w.special;
    while (w.depth > 0)
        close_fd(&w.above[--w.depth]);
    close_fd(&w.here);
    close_fd(&w.own);
    return status;
}
