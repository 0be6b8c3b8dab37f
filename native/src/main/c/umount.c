/*
 * umount2(2). A mount that the agent made for the container is taken off with the agent's privileges. Any other mount
 * is the caller's own affair.
 */
#include <limits.h>
#include <linux/capability.h>
#include <string.h>

#include "caller.h"
#include "capability.h"
#include "check.h"
#include "identity.h"
#include "kernel.h"
#include "label.h"
#include "mountid.h"
#include "ownfd.h"
#include "place.h"
#include "protocol.h"
#include "request.h"
#include "resolve.h"
#include "umount.h"
#include "util.h"
#include "walk.h"

/* Opens what is on top at the place. */
static int open_mount(const struct place *place)
{
    return sys_openat2(place->fd, place->last, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
}

static int umount_name(const struct place *place, int flags)
{
    return fchdir(place->fd) < 0 ? -1 : umount2(place->last, flags | UMOUNT_NOFOLLOW);
}

/* Slashes behind a name make the kernel follow a link, whatever the flags say. So only the name itself is used. */
static int umount_decided(const struct call *call, const struct place *place, int flags)
{
    char name[PATH_MAX] = "";

    strncat(name, place->last, strcspn(place->last, "/"));
    if (strcmp(name, place->last) != 0) {
        autofd there = open_mount(place);
        if (there < 0)
            return -1;
    }
    if (check_places(call, place, NULL) < 0)
        return -1;
    return umount_name(&(struct place){.fd = place->fd, .last = name}, flags);
}

/*
 * A path may end in a magic link or in dots. The kernel then takes what is mounted on top of that, and it does the same
 * with a descriptor. But a descriptor keeps its own mount in use. If nothing else may keep it in use, a name has to do.
 * It can lead elsewhere the next moment, so it does not do if the agent has decided.
 */
static int umount_object(const struct call *call, int object, int flags)
{
    if (check_object(call, object) < 0)
        return -1;
    int result = fchdir(PROC_FD) < 0 ? -1 : umount2(own_name(object).path, flags & ~UMOUNT_NOFOLLOW);
    if (result == 0 || errno != EBUSY || is_checked(call)
        || (call->fd[FD_DIRECTORY] >= 0 && fchdir(call->fd[FD_DIRECTORY]) < 0))
        return result;
    const char *name = find_name(call, object);
    close_fd(&object);
    errno = EBUSY;
    return name == NULL ? -1 : umount2(name, flags & ~UMOUNT_NOFOLLOW);
}

#define REMOVED " (deleted)"

/*
 * Opens what is on top of an object. A name leads there from the folder above, but the kernel may have made up that
 * name. The result is the object, or something below the same folder with the same name.
 */
static int open_mount_on(int object)
{
    const char *name = name_below_root(object), *last = name ? strrchr(name, '/') : NULL;
    autofd above = sys_openat2(object, "..", O_PATH | O_DIRECTORY, 0);

    if (last == NULL)
        return -1;
    last = above < 0 ? name : last[1] == '\0' ? "." : last + 1;
    autofd mount = sys_openat2(above, last, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
    if (mount < 0 || is_same(mount, object))
        return release_fd(&mount);
    size_t length = strlen(last), end = sizeof REMOVED - 1;
    if (above < 0 || (length > end && strcmp(last + length - end, REMOVED) == 0))
        return -1;
    autofd above_mount = sys_openat2(mount, "..", O_PATH | O_DIRECTORY, 0);
    return above_mount >= 0 && is_same(above_mount, above) ? release_fd(&mount) : -1;
}

/*
 * A path can lead elsewhere the next moment. So with the agent's privileges nothing is taken off by name, and no path
 * is looked up. Only the mount that a descriptor names is taken off, or a mount that was put on it in this very moment.
 * That works only lazily. A name cannot even be used to ask whether a mount is in use, because MNT_EXPIRE takes off
 * what is marked already. Covers stay on their mounts.
 */
static int64_t take_off_granted(const struct call *call, const struct place *place)
{
    autofd mount = place->last ? open_mount(place) : open_mount_on(place->fd);
    const struct granted *granted = mount < 0 ? NULL : find_granted(call, mount);

    if (granted == NULL)
        return 0;
    if (check_object(call, mount) < 0)
        return -1;
    if (fchdir(PROC_FD) < 0 || raise_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    return umount2(own_name(mount).path, MNT_DETACH) < 0 ? -1 : (int64_t)granted->mount;
}

/* UMOUNT_NOFOLLOW applies to a link at the very end. */
static enum goal choose_goal(const struct call *call)
{
    const char *path = call->string[STRING_PATH], *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    bool follows = !(call->request->number[0] & UMOUNT_NOFOLLOW) || *last == '\0' || strcmp(last, ".") == 0
        || strcmp(last, "..") == 0;

    return follows ? GOAL_MOUNT_POINT : GOAL_NAME;
}

static int64_t perform_umount(void *argument)
{
    const struct call *call = argument;
    int flags = (int)call->request->number[0];
    struct place place = {.fd = -1};

    if (walk(call, STRING_PATH, choose_goal(call), &place) < 0)
        return -1;
    if (call->string[STRING_VALUE])
        return take_off_granted(call, &place);
    if (place.last == NULL)
        return umount_object(call, place.fd, flags);
    return is_checked(call) ? umount_decided(call, &place, flags) : umount_name(&place, flags);
}

int64_t do_umount(struct call *call)
{
    if (become_caller(call, call->string[STRING_VALUE] ? UINT64_C(1) << CAP_SYS_ADMIN : 0) < 0)
        return -1;
    return run_under_label(call, perform_umount, call);
}
