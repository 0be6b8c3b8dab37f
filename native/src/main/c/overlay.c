/*
 * An overlay opens the files of its layers with the credentials of whoever mounted it. The handler grants the mount,
 * and not CAP_SYS_ADMIN for every later open. But without CAP_SYS_ADMIN the kernel makes no overlay. So it is made in
 * the user namespace of lock.c, where the capability has no power over anything outside. It is made from a copy of the
 * container's mounts, which are locked there. Then the kernel accepts no layer with a mount below it. The overlay has
 * to keep its own data in extended attributes of users. If the caller is in a user namespace of its own, the capability
 * has no more power from the start.
 */
#include <linux/capability.h>
#include <string.h>

#include "caller.h"
#include "capability.h"
#include "child.h"
#include "instance.h"
#include "kernel.h"
#include "layers.h"
#include "lock.h"
#include "overlay.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "util.h"

bool is_overlay_beyond_caller(const struct call *call)
{
    return is_overlay(call) && call->fd[FD_USER_NS] < 0 && !is_administrator(call);
}

static bool can_be_written(const struct call *call)
{
    const char *options = call->string[STRING_OPTIONS];

    return options && (strncmp(options, "upperdir=", 9) == 0 || strstr(options, ",upperdir=") != NULL);
}

static int64_t build_apart(void *argument)
{
    struct call *call = argument;
    uint64_t capabilities = call->request->effective | UINT64_C(1) << CAP_SYS_ADMIN;

    if (take_place_of_caller(call) < 0)
        return -1;
    enter_step(STEP_CALL);
    /* The layers are looked up with the caller's own capabilities. */
    if (lower_capabilities(call) < 0 || name_layers(call) < 0 || raise_capability(CAP_SYS_ADMIN) < 0 || enter_lock() < 0
        || set_capabilities(&(struct capabilities){.effective = capabilities, .permitted = capabilities}) < 0)
        return -1;
    autofd context = open_context(call);
    enter_step(STEP_CALL);
    if (context < 0 || (can_be_written(call) && sys_fsconfig(context, CONFIG_FLAG, "userxattr", NULL, 0) < 0))
        return -1;
    return finish_context(context, call);
}

int build_overlay_apart(struct call *call)
{
    enter_step(STEP_CALL);
    if (locks_are_forbidden()) {
        errno = EPERM;
        return -1;
    }
    return (int)run_in_child(0, build_apart, call);
}
