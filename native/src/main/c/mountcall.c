/* mount(2) with the caller's own privileges. */
#include <string.h>

#include "caller.h"
#include "check.h"
#include "kernel.h"
#include "label.h"
#include "layers.h"
#include "mountcall.h"
#include "ownfd.h"
#include "place.h"
#include "protocol.h"
#include "request.h"
#include "resolve.h"
#include "util.h"

/* The kernel copies a whole page of it. */
static const void *prepare_data(const struct call *call)
{
    static char page[4096];
    const char *data = call->string[STRING_OPTIONS];
    size_t length = data && is_overlay(call) ? strlen(data) + 1 : call->request->string_length[STRING_OPTIONS];

    if (length == 0)
        return NULL;
    memcpy(page, data, length - 1 < sizeof page ? length - 1 : sizeof page);
    return page;
}

static int mount_path(const struct call *call, int target)
{
    struct own_name target_name = own_name(target);
    unsigned long flags = call->request->number[0];

    if (fchdir(PROC_FD) < 0)
        return -1;
    /*
     * The kernel checks whether the caller may mount here before it looks up the source. EINVAL means the source, so
     * then the check was passed.
     */
    if (mount(NULL, target_name.path, NULL, flags, NULL) < 0 && errno != EINVAL)
        return -1;
    autofd source = resolve_object(call, STRING_PATH_2, 0, false);
    if (source < 0 || check_places(call, &(struct place){.fd = target}, &(struct place){.fd = source}) < 0)
        return -1;
    return mount(own_name(source).path, target_name.path, call->string[STRING_NAME], flags, prepare_data(call));
}

/* A remount, or a change of propagation. Only the target's path is looked up. */
static int change_mount(const struct call *call, int target)
{
    if (check_object(call, target) < 0 || fchdir(PROC_FD) < 0)
        return -1;
    return mount(NULL, own_name(target).path, NULL, call->request->number[0], prepare_data(call));
}

/* Makes the target the cwd. Only FUSE mounts on a file, and it looks up nothing, so then the cwd is our procfs. */
static const char *enter_target(int target, const struct own_name *own)
{
    if (fchdir(target) == 0)
        return ".";
    return errno == ENOTDIR && fchdir(PROC_FD) == 0 ? own->path : NULL;
}

/*
 * If the type says so, the kernel looks up a source or an option as a path from the cwd. The cwd must be the caller's,
 * and never our procfs. So the target is given by a name that leads to it from the caller's cwd. A folder without such
 * a name becomes the cwd itself.
 */
static const char *name_target(const struct call *call, int target, const struct own_name *own)
{
    const char *name = find_name(call, target);

    return name ? name : enter_target(target, own);
}

static bool looks_up_nothing(const char *type)
{
    static const char *const types[] = {"9p", "binfmt_misc", "bpf", "ceph", "cgroup", "cgroup2", "cifs", "configfs",
        "debugfs", "devpts", "devtmpfs", "fuse", "fusectl", "hugetlbfs", "mqueue", "nfs", "nfs4", "proc", "ramfs",
        "securityfs", "sysfs", "tmpfs", "tracefs", "virtiofs"};
    size_t length = type ? strcspn(type, ".") : 0;

    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strlen(types[i]) == length && strncmp(types[i], type, length) == 0)
            return true;
    return type == NULL;
}

static bool is_relative(const char *path)
{
    return path && *path != '\0' && *path != '/';
}

/* Whether the kernel may look up something from the cwd. An overlay does not look up its source. */
static bool starts_at_cwd(const struct call *call)
{
    return has_relative_path(call) || (!is_overlay(call) && is_relative(call->string[STRING_VALUE]));
}

/*
 * The name of a target that the agent has decided on. A path that leads to it can lead elsewhere the next moment. So
 * the cwd is not the caller's, and a mount that may look up something from there is refused, unless the kernel has
 * another reason to refuse it.
 */
static const char *name_decided(const struct call *call, int target, const struct own_name *own)
{
    const char *type = call->string[STRING_NAME];

    if (check_object(call, target) < 0)
        return NULL;
    if (looks_up_nothing(type))
        return fchdir(PROC_FD) < 0 ? NULL : own->path;
    if (!starts_at_cwd(call))
        return enter_target(target, own);
    autofd context = sys_fsopen(type);
    if (context >= 0)
        errno = EOPNOTSUPP;
    return NULL;
}

static int mount_new(struct call *call, int target)
{
    struct own_name own = own_name(target);
    int error = name_layers(call) < 0 ? errno : 0;
    const char *name = is_checked(call) ? name_decided(call, target, &own) : name_target(call, target, &own);

    if (name == NULL)
        return -1;
    /* The kernel checks whether the caller may mount at all before it looks up any layer. */
    const char *type = error != 0 ? NULL : call->string[STRING_NAME];
    int result = mount(call->string[STRING_VALUE], name, type, call->request->number[0], prepare_data(call));
    if (error != 0 && errno == EINVAL)
        errno = error;
    return result;
}

static int64_t perform_mount_call(void *argument)
{
    struct call *call = argument;
    autofd target = resolve_object(call, STRING_PATH, 0, false);

    if (target < 0)
        return -1;
    if (call->request->number[1])
        return change_mount(call, target);
    return call->string[STRING_PATH_2] ? mount_path(call, target) : mount_new(call, target);
}

int64_t do_mount_call(struct call *call)
{
    if (become_caller(call, 0) < 0)
        return -1;
    return run_under_label(call, perform_mount_call, call);
}
