/*
 * Mounts. A new file system for a container is built in one of three ways. A proc or a sysfs is built outside, covered,
 * and moved in when it is complete. If a user namespace may mount the type itself, the worker builds it after it has
 * become the caller. Then owners, options and limits are those of the caller's user namespace, and the kernel refuses
 * what it would refuse there. If no user namespace may mount the type, it is also built in the container's place, but
 * with the agent's CAP_SYS_ADMIN. Its ids are mapped if possible, so that root on the disk is the container's root.
 */
#include <linux/capability.h>
#include <string.h>

#include "caller.h"
#include "capability.h"
#include "check.h"
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

/* Without the pid namespace the container would get the host's proc. */
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

/*
 * Not every file system can map ids, and not every kernel. Without that the owners are those on the disk, which are
 * nobody in the container.
 */
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
 * Nobody opens a device for the caller that it could not open itself. Another process becomes the caller and checks
 * that, because this one needs more privileges.
 */
static int64_t ask_as_caller(void *argument)
{
    struct call *call = argument;

    if (unshare(CLONE_FILES) < 0 || become_caller(call, 0) < 0)
        return -1;
    return find_source_device(call);
}

/*
 * It is staged like a mount with covers, because that locks its flags. Otherwise the container's root could take nodev
 * off with a remount, and the kernel does not forbid devices on such a file system by itself. A child builds it, so
 * that the worker stays where things are staged.
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
    if (check_object(call, target) < 0)
        return -1;
    /* The worker takes what the handler granted only from here on, because the path was the caller's own affair. */
    if (raise_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    if (sys_move_mount(mount, target, "") < 0) {
        if (errno == EINVAL && !is_directory(mount))
            errno = ENOTDIR; /* the error of mount(2) for a root that is a file */
        return -1;
    }
    int64_t result = report_identity(removable ? (int64_t)made->mount : 0, mount, "");
    report_device(made->device);
    return result;
}

/* A source may lead to another device when it is opened than when the caller was checked. */
static bool is_of_device(const struct granted *made, int64_t device)
{
    bool of_device = made->device >> 32 != 0; /* otherwise it is a file system without a device */

    if (!of_device || device == ANY_DEVICE || made->device == (uint64_t)device)
        return true;
    errno = EACCES;
    return false;
}

int64_t do_mount(struct call *call)
{
    bool proc = is_type(call, "proc"), outside = proc || is_type(call, "sysfs");
    bool by_agent = call->request->number[MOUNT_HOW] & MOUNT_BY_AGENT;
    int64_t device = is_administrator(call) ? ANY_DEVICE : 0;
    struct granted made;
    autofd mount = -1;

    if (!is_complete(call) || call->fd[FD_DIRECTORY] < 0 || (outside && by_agent)) {
        enter_step(STEP_REQUEST);
        errno = EINVAL;
        return -1;
    }
    /* A proc belongs to no namespace but that of its pids. */
    if (take_option_descriptor(call) < 0 || (!proc && join_namespaces(call) < 0))
        return -1;
    if (outside || by_agent || is_overlay_beyond_caller(call)) {
        mount = outside ? build_outside(call) : by_agent ? build_by_agent(call, &device) : build_overlay_apart(call);
        /* The container has reached a limit of its memory or of kernel objects, so it gets that error. */
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
     * The look uses the mount's own descriptor, so that nobody can be faster. It comes before anybody can exchange the
     * mount or lie about it.
     */
    if (!describe_mount(mount, &made) || !is_of_device(&made, device))
        return -1;
    return attach(call, mount, &made, !outside || !locks_are_forbidden());
}
