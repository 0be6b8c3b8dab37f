/*
 * Mounts. A new file system for a container is built in one of three ways. A proc or a sysfs is built outside, covered,
 * and moved in when it is complete. What a user namespace may mount itself is built by the worker when it is the caller
 * already: then owners, options and limits are those of the caller's user namespace, and the kernel refuses what it would
 * refuse there. What no user namespace may mount is built in the container's place too, but with the agent's
 * CAP_SYS_ADMIN; where possible its ids are mapped, so that root on the disk is the container's root.
 */
#include <linux/capability.h>
#include <string.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static bool is_type(const struct call *call, const char *type)
{
    return strcmp(call->string[STRING_NAME], type) == 0;
}

/* Without it the container would get the host's. */
static bool is_complete(const struct call *call)
{
    return !is_type(call, "proc") || call->fd[FD_PID_NS] >= 0;
}

static int build_outside(struct call *call, bool *removable)
{
    autofd mount = new_instance(call);

    if (mount < 0 || call->string[STRING_COVERS] == NULL)
        return release_fd(&mount);
    return stage(mount, call->string[STRING_COVERS], call->request->string_length[STRING_COVERS], true, removable);
}

/* A source that is a path is looked up when the instance is made: from where the caller is. */
static int build_here(struct call *call)
{
    if (fchdir(call->fd[FD_DIRECTORY]) < 0)
        return -1;
    int mount = new_instance(call);
    at(STEP_CALL);
    return mount;
}

static void map_ids(const struct call *call, int mount)
{
    struct mount_attributes attributes = {.set = ATTR_IDMAP, .user_namespace = (uint64_t)call->fd[FD_USER_NS]};

    /* Not every file system can, and not every kernel. Then owners are those on the disk, and nobody's in the container. */
    if (call->fd[FD_USER_NS] >= 0)
        sys_mount_setattr(mount, &attributes);
}

static int build_in_place(void *argument)
{
    struct call *call = argument;

    if (take_place_of_caller(call) < 0 || keep_only_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    int mount = build_here(call);
    if (mount >= 0)
        map_ids(call, mount);
    return mount;
}

/*
 * Staged as what has covers is, since that locks what it must stay: without it, the container's root takes nodev off with a
 * remount, and the file system is none that the kernel forbids devices on. A child builds it, so that the worker is still
 * where things are staged.
 */
static int build_by_agent(struct call *call)
{
    bool locked;

    at(STEP_CALL);
    autofd mount = in_child(0, build_in_place, call);
    if (mount < 0)
        return -1;
    autofd tree = stage(mount, "", 0, false, &locked); /* whoever unmounts it wants the device back at once */
    if (tree >= 0 && !locked) {
        errno = EPERM;
        return -1;
    }
    return release_fd(&tree);
}

/* The mount is identified through its own descriptor, so that nobody can be faster. */
static int64_t attach(const struct call *call, int mount, bool removable)
{
    struct granted made;
    autofd target = resolve_object(call, STRING_PATH, O_DIRECTORY, false);

    if (target < 0)
        return -1;
    /* Only from here on does the worker hold what the handler granted: the path was the caller's own affair. */
    if (raise_capability(CAP_SYS_ADMIN) < 0 || sys_move_mount(mount, target, "") < 0)
        return -1;
    return identified(removable && describe_mount(mount, &made) ? (int64_t)made.mount : 0, &(struct place){.fd = mount});
}

int64_t do_mount(struct call *call, uint64_t *missing)
{
    bool outside = is_type(call, "proc") || is_type(call, "sysfs"), by_agent = call->request->number[MOUNT_BY_AGENT];
    bool removable = true;
    autofd mount = -1;

    if (!is_complete(call) || call->fd[FD_DIRECTORY] < 0 || (outside && by_agent)) {
        at(STEP_REQUEST);
        errno = EINVAL;
        return -1;
    }
    if (join_namespaces(call) < 0)
        return -1;
    if (outside || by_agent) {
        mount = outside ? build_outside(call, &removable) : build_by_agent(call);
        if (mount < 0 || take_place_of_caller(call) < 0)
            return -1;
        if (give_up_privileges(call, UINT64_C(1) << CAP_SYS_ADMIN, missing) < 0)
            return -1;
    } else {
        if (become_caller(call, UINT64_C(1) << CAP_SYS_ADMIN, missing) < 0 || raise_capability(CAP_SYS_ADMIN) < 0)
            return -1;
        mount = build_here(call);
        if (mount < 0 || lower_capabilities(call) < 0)
            return -1;
    }
    return attach(call, mount, removable);
}

/* The kernel takes a whole page of it. */
static const void *data_of(const struct call *call)
{
    static char page[4096];
    size_t length = call->request->string_length[STRING_OPTIONS];

    if (length == 0)
        return NULL;
    memcpy(page, call->string[STRING_OPTIONS], length - 1 < sizeof page ? length - 1 : sizeof page);
    return page;
}

static int mount_path(const struct call *call, int target)
{
    struct own_name target_name = own_name(target);
    unsigned long flags = call->request->number[0];

    if (fchdir(PROC_FD) < 0)
        return -1;
    /* Whether the caller may mount anything here is a matter before the source is looked up: EINVAL is about the latter. */
    if (mount(NULL, target_name.path, NULL, flags, NULL) < 0 && errno != EINVAL)
        return -1;
    autofd source = resolve_object(call, STRING_PATH_2, 0, false);
    if (source < 0)
        return -1;
    return mount(own_name(source).path, target_name.path, call->string[STRING_NAME], flags, data_of(call));
}

/*
 * The kernel takes a source or an option for a path where the type says so, and looks it up from the cwd: that must be the
 * caller's, never our procfs. So the target goes by the name that it has below the caller's root.
 */
static int mount_string(const struct call *call, int target)
{
    const char *name = name_below_root(target);

    if (name == NULL || fchdir(call->fd[FD_DIRECTORY]) < 0)
        return -1;
    if (mount(call->string[STRING_VALUE], name, call->string[STRING_NAME], call->request->number[0],
            data_of(call))
        == 0)
        return 0;
    /* A target that was removed has no name. Whether the caller may mount at all comes first. */
    if (errno == ENOENT && fchdir(PROC_FD) == 0 && mount(NULL, own_name(target).path, NULL, 0, NULL) < 0 && errno != EPERM)
        errno = ENOENT;
    return -1;
}

static int64_t mount_call(void *argument)
{
    const struct call *call = argument;
    autofd target = resolve_object(call, STRING_PATH, 0, false);

    if (target < 0)
        return -1;
    return call->string[STRING_PATH_2] ? mount_path(call, target) : mount_string(call, target);
}

int64_t do_mount_call(struct call *call, uint64_t *missing)
{
    if (become_caller(call, 0, missing) < 0)
        return -1;
    return under_label(call, mount_call, call);
}
