/*
 * Mounts. A new file system for a container is built in one of three ways. A proc or a sysfs is built outside, covered,
 * and moved in when it is complete. What a user namespace may mount itself is built by the worker when it is the caller
 * already: then owners, options and limits are those of the caller's user namespace, and the kernel refuses what it
 * would refuse there. What no user namespace may mount is built in the container's place too, but with the agent's
 * CAP_SYS_ADMIN; where possible its ids are mapped, so that root on the disk is the container's root.
 */
#include <linux/capability.h>
#include <string.h>

#include "caller.h"
#include "capability.h"
#include "child.h"
#include "device.h"
#include "fuse.h"
#include "identity.h"
#include "instance.h"
#include "kernel.h"
#include "layers.h"
#include "lock.h"
#include "mount.h"
#include "mountid.h"
#include "overlay.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "resolve.h"
#include "stage.h"
#include "util.h"

#define ANY_DEVICE INT64_MAX

static bool is_type(const struct call *call, const char *type)
{
    return strcmp(call->string[STRING_NAME], type) == 0;
}

/* Without it the container would get the host's. */
static bool is_complete(const struct call *call)
{
    return !is_type(call, "proc") || call->fd[FD_PID_NS] >= 0;
}

static int build_outside(struct call *call)
{
    autofd context = open_context(call);

    return context < 0 ? -1 : stage_mount(call, context, -1);
}

static int build_here(struct call *call)
{
    autofd context = open_context(call);
    int mount = context < 0 ? -1 : finish_context(context, call);
    enter_step(STEP_CALL);
    return mount;
}

/* Not every file system can, and not every kernel. Then owners are those on the disk, and nobody's in the container. */
static int map_ids(const struct call *call, int mount)
{
    struct mount_attributes attributes = {.set = ATTR_IDMAP, .user_namespace = (uint64_t)call->fd[FD_USER_NS]};

    if (call->fd[FD_USER_NS] < 0 || sys_mount_setattr(mount, &attributes) == 0)
        return 0;
    return errno == EINVAL || errno == EPERM || errno == ENOSYS ? 0 : -1;
}

static int64_t build_in_place(void *argument)
{
    struct call *call = argument;

    if (take_place_of_caller(call) < 0 || keep_only_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    autofd mount = build_here(call);
    return mount < 0 || map_ids(call, mount) < 0 ? -1 : release_fd(&mount);
}

/*
 * What the caller could not open itself, nobody opens for it. Another process is the caller, for this one needs more.
 */
static int64_t ask_as_caller(void *argument)
{
    struct call *call = argument;

    if (unshare(CLONE_FILES) < 0 || become_caller(call, 0) < 0)
        return -1;
    return find_source_device(call);
}

/*
 * Staged as what has covers is, since that locks what it must stay: without it, the container's root takes nodev off
 * with a remount, and the file system is none that the kernel forbids devices on. A child builds it, so that the worker
 * is still where things are staged.
 */
static int build_by_agent(struct call *call, int64_t *device)
{
    enter_step(STEP_CALL);
    if (locks_are_forbidden()) {
        errno = EPERM;
        return -1;
    }
    *device = run_in_child(0, ask_as_caller, call);
    if (*device < 0)
        return -1;
    autofd mount = (int)run_in_child(0, build_in_place, call);
    return mount < 0 ? -1 : stage_mount(call, -1, release_fd(&mount));
}

static int build_as_caller(struct call *call, int64_t *device)
{
    bool ask = *device != ANY_DEVICE && call->request->number[MOUNT_HOW] & MOUNT_MAY_OPEN_DEVICE;

    if (become_caller(call, UINT64_C(1) << CAP_SYS_ADMIN) < 0)
        return -1;
    if ((ask && (*device = find_source_device(call)) < 0) || name_layers(call) < 0)
        return -1;
    if (raise_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    autofd mount = build_here(call);
    return mount < 0 || lower_capabilities(call) < 0 ? -1 : release_fd(&mount);
}

static int64_t attach(const struct call *call, int mount, const struct granted *made, bool removable)
{
    autofd target = resolve_object(call, STRING_PATH, O_DIRECTORY, false);

    if (target < 0)
        return -1;
    /* Only from here on does the worker hold what the handler granted: the path was the caller's own affair. */
    if (raise_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    if (sys_move_mount(mount, target, "") < 0) {
        if (errno == EINVAL && !is_directory(mount))
            errno = ENOTDIR; /* as mount(2) says it of a root that is a file */
        return -1;
    }
    int64_t result = report_identity(removable ? (int64_t)made->mount : 0, mount, "");
    report_device(made->device);
    return result;
}

/* A source that led to one device when the caller was asked can lead to another when it is opened. */
static bool is_of_device(const struct granted *made, int64_t device)
{
    bool of_device = made->device >> 32 != 0; /* else it is one of those without */

    if (!of_device || device == ANY_DEVICE || made->device == (uint64_t)device)
        return true;
    errno = EACCES;
    return false;
}

int64_t do_mount(struct call *call)
{
    bool outside = is_type(call, "proc") || is_type(call, "sysfs");
    bool by_agent = call->request->number[MOUNT_HOW] & MOUNT_BY_AGENT;
    int64_t device = is_administrator(call) ? ANY_DEVICE : 0;
    struct granted made;
    autofd mount = -1;

    if (!is_complete(call) || call->fd[FD_DIRECTORY] < 0 || (outside && by_agent)) {
        enter_step(STEP_REQUEST);
        errno = EINVAL;
        return -1;
    }
    if (take_option_descriptor(call) < 0 || join_namespaces(call) < 0)
        return -1;
    if (outside || by_agent || is_overlay_beyond_caller(call)) {
        mount = outside ? build_outside(call) : by_agent ? build_by_agent(call, &device) : build_overlay_apart(call);
        /* Of the container's memory or of what it may have of the kernel's there is too little: it is told so. */
        if (mount < 0 && (errno == ENOMEM || errno == ENOSPC))
            enter_step(STEP_CALL);
        if (mount < 0 || become_caller(call, UINT64_C(1) << CAP_SYS_ADMIN) < 0)
            return -1;
    } else {
        mount = build_as_caller(call, &device);
        if (mount < 0)
            return -1;
    }
    /*
     * By its own descriptor, so that nobody can be faster; and before anybody can take it for another or lie about it.
     */
    if (!describe_mount(mount, &made) || !is_of_device(&made, device))
        return -1;
    return attach(call, mount, &made, !outside || !locks_are_forbidden());
}
