/* mount(2) with the caller's own privileges. */
#include <string.h>

#include "caller.h"
#include "kernel.h"
#include "label.h"
#include "layers.h"
#include "mountcall.h"
#include "ownfd.h"
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
    if (source < 0)
        return -1;
    return mount(own_name(source).path, target_name.path, call->string[STRING_NAME], flags, prepare_data(call));
}

/* A remount, or a change of propagation. Only the target's path is looked up. */
static int change_mount(const struct call *call, int target)
{
    if (fchdir(PROC_FD) < 0)
        return -1;
    return mount(NULL, own_name(target).path, NULL, call->request->number[0], prepare_data(call));
}

/*
 * If the type says so, the kernel looks up a source or an option as a path from the cwd. The cwd must be the caller's,
 * and never our procfs. So the target is given by a name that leads to it from the caller's cwd. A folder without such
 * a name becomes the cwd itself. Only FUSE mounts on a file, and it looks up nothing.
 */
static int mount_new(struct call *call, int target)
{
    struct own_name own = own_name(target);
    int error = name_layers(call) < 0 ? errno : 0;
    const char *name = find_name(call, target);

    if (name == NULL && fchdir(target) == 0)
        name = ".";
    if (name == NULL && (errno != ENOTDIR || fchdir(PROC_FD) < 0))
        return -1;
    if (name == NULL)
        name = own.path;
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
