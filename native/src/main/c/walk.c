/*
 * A path is walked component by component if the kernel would show the worker its own view of a procfs instead of the
 * caller's. Here self and thread-self mean the caller. The agent is asked for the caller's own magic links. The kernel
 * follows the magic links of others if the caller may. The kernel looks up each component, as the caller and below the
 * caller's root, so it handles permissions and "..". This file handles links.
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

/* Each link puts its text in front of the rest. */
static char text[(MAX_LINKS + 1) * PATH_MAX];

/* This does not ask the file system again, because its daemon may be the caller, who waits. */
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

/* Whether the last component is wanted as a name, after links were followed. */
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
 * The kernel goes into the folder of a name before it looks at the second path of a call. So what is wrong with the
 * first one comes first.
 */
static int arrive_at_name(struct walk *w, struct place *place, const char *last)
{
    if (w->spot == ELSEWHERE) {
        autofd entered = sys_openat2(w->here, ".", O_PATH | O_DIRECTORY, 0);
        if (entered < 0)
            return -1;
    }
    return arrive(w, place, last);
}

/*
 * If hidepid hides the caller's own directories, it hides them only from the worker. The agent is asked for magic
 * links, so on the way to one nothing of the directories has to be seen.
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

/*
 * In the folder of its descriptors the caller needs no permission. A step there stays, goes up, or finds nothing of
 * that name.
 */
static int step_from_descriptors(struct walk *w)
{
    if (strcmp(w->name, ".") == 0)
        return 1;
    if (strcmp(w->name, "..") == 0 && w->own >= 0)
        return go_to(w, release_fd(&w->own), OWN) < 0 ? -1 : 1;
    return fail_with(is_own_descriptor(w) ? EACCES : ENOENT);
}

/* Handles one component. Gives 1 to go on, 0 when the place is known, or -1 with errno. */
static int take_step(struct walk *w, struct place *place)
{
    char own[32];
    const char *component = w->rest;

    take_component(w);
    if (may_not_leave(w) && strcmp(w->name, "..") == 0)
        return go_up(w) < 0 ? -1 : 1;
    if (stops_here(w))
        return arrive_at_name(w, place, component);
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
        /* If slashes follow, it has to be a directory, but the caller need not be able to search it. */
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
