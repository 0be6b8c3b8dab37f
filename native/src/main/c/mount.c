/*
 * A new file system for a container. A proc or a sysfs, and whatever is to be covered, is built outside and moved in
 * when it is complete. All else is built by the worker when it is the caller already: then owners, options and limits
 * are those of the caller's user namespace, and the kernel refuses what it would refuse there.
 */
#include <linux/capability.h>
#include <string.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static bool is_complete(const struct call *call)
{
    const char *type = call->string[STRING_NAME];

    /* Without these the container would get the host's. */
    return (strcmp(type, "proc") == 0) == (call->fd[FD_PID_NS] >= 0)
        && (strcmp(type, "sysfs") == 0) == (call->fd[FD_NET_NS] >= 0);
}

static int build_outside(struct call *call)
{
    at(STEP_STAGE);
    /* A sysfs shows the network namespace of whoever opens its context. */
    if (call->fd[FD_NET_NS] >= 0 && setns(call->fd[FD_NET_NS], CLONE_NEWNET) < 0)
        return -1;
    autofd mount = new_instance(call);
    if (mount < 0 || call->string[STRING_COVERS] == NULL)
        return release_fd(&mount);
    return stage(mount, call->string[STRING_COVERS], call->request->string_length[STRING_COVERS]);
}

struct moving {
    struct call *call;
    int mount; /* what was built outside, or -1 */
};

static int64_t move_in(void *argument)
{
    struct moving *moving = argument;
    autofd mount = moving->mount, target = resolve_object(moving->call, O_DIRECTORY, false);

    if (target < 0)
        return -1;
    /* Only from here on does the worker hold what the handler granted: the path was the caller's own affair. */
    if (raise_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    if (mount < 0) {
        mount = new_instance(moving->call);
        at(STEP_CALL);
        if (mount < 0)
            return -1;
    }
    return sys_move_mount(mount, target, "");
}

int64_t do_mount(struct call *call, uint64_t *missing)
{
    bool outside = call->fd[FD_PID_NS] >= 0 || call->fd[FD_NET_NS] >= 0 || call->string[STRING_COVERS] != NULL;

    if (!is_complete(call)) {
        at(STEP_REQUEST);
        errno = EINVAL;
        return -1;
    }
    autofd mount = outside ? build_outside(call) : -1;
    if (outside && mount < 0)
        return -1;
    if (become_caller(call, UINT64_C(1) << CAP_SYS_ADMIN, missing) < 0)
        return -1;
    return under_label(call, move_in, &(struct moving){call, release_fd(&mount)});
}
