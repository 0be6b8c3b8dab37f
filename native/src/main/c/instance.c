/*
 * A new instance of a file system, configured as the caller asked and mounted nowhere yet. An option that the file
 * system refuses is the caller's mistake; the rest is ours.
 */
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static const struct {
    uint64_t flag;
    const char *name;
} superblock_flags[] = {
    {MS_RDONLY, "ro"}, {MS_SYNCHRONOUS, "sync"}, {MS_DIRSYNC, "dirsync"}, {MS_LAZYTIME, "lazytime"}, {MS_MANDLOCK, "mand"},
};

static int set_flags(int context, uint64_t flags)
{
    for (size_t i = 0; i < sizeof superblock_flags / sizeof *superblock_flags; i++) {
        if (!(flags & superblock_flags[i].flag))
            continue;
        if (sys_fsconfig(context, CONFIG_FLAG, superblock_flags[i].name, NULL, 0) < 0)
            return -1;
        flags &= ~superblock_flags[i].flag;
    }
    if (flags != 0)
        errno = EINVAL;
    return flags != 0 ? -1 : 0;
}

/* mount(2) splits its options in the same way. */
static int set_options(int context, const char *options)
{
    char copy[REQUEST_STRINGS_MAX], *rest = copy, *option;

    strcpy(copy, options); /* no request has room for more */
    while ((option = strsep(&rest, ",")) != NULL) {
        char *value = strchr(option, '=');

        if (*option == '\0')
            continue;
        if (value != NULL)
            *value++ = '\0';
        if (sys_fsconfig(context, value ? CONFIG_STRING : CONFIG_FLAG, option, value, 0) < 0)
            return -1;
    }
    return 0;
}

static int finish(int context, const struct call *call)
{
    const char *source = call->string[MOUNT_SOURCE], *options = call->string[MOUNT_OPTIONS];

    at(STEP_CALL);
    if (set_flags(context, call->request->number[MOUNT_SB_FLAGS]) < 0
        || (source && sys_fsconfig(context, CONFIG_STRING, "source", source, 0) < 0)
        || (options && set_options(context, options) < 0) || sys_fsconfig(context, CONFIG_CREATE, NULL, NULL, 0) < 0)
        return -1;
    at(STEP_STAGE);
    return sys_fsmount(context, (unsigned)call->request->number[MOUNT_ATTRIBUTES]);
}

static int build(const struct call *call)
{
    autofd context = sys_fsopen(call->string[MOUNT_TYPE]);

    return context < 0 ? -1 : finish(context, call);
}

struct birth {
    const struct call *call;
    int mount, error;
};

/*
 * This runs inside the container's pid namespace, where it can be seen and killed. It shares memory and descriptors
 * with a worker that is not dumpable, and is gone before the worker goes on.
 */
static int build_inside(void *argument)
{
    struct birth *birth = argument;

    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    birth->mount = build(birth->call);
    birth->error = birth->mount < 0 ? errno : 0;
    _exit(0);
}

/* Before Linux 6.18 a proc belongs to the pid namespace of the process that opens the context, and no other way. */
static int build_in_pid_namespace(const struct call *call)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    struct birth birth = {.call = call, .mount = -1, .error = ECHILD};

    if (setns(call->fd[FD_PID_NS], CLONE_NEWPID) < 0)
        return -1;
    pid_t child = clone(build_inside, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &birth);
    if (child < 0)
        return -1;
    /* SIGCHLD is ignored: this returns, with ECHILD, when the child has left the container. */
    RETRY(waitpid(child, NULL, __WALL));
    if (birth.mount < 0)
        errno = birth.error;
    return birth.mount;
}

int new_instance(const struct call *call)
{
    at(STEP_STAGE);
    if (call->fd[FD_PID_NS] < 0)
        return build(call);
    autofd context = sys_fsopen(call->string[MOUNT_TYPE]);
    if (context < 0)
        return -1;
    if (sys_fsconfig(context, CONFIG_FD, "pidns", NULL, call->fd[FD_PID_NS]) == 0)
        return finish(context, call);
    return build_in_pid_namespace(call);
}
