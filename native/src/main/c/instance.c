/*
 * A new instance of a file system, configured as the caller asked and mounted nowhere yet. An option that the file
 * system refuses is the caller's mistake; the rest is ours.
 */
#include <string.h>

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
    static char copy[REQUEST_STRINGS_MAX]; /* more than a child has stack for */
    char *rest = copy, *option;

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
    const char *source = call->string[STRING_VALUE], *options = call->string[STRING_OPTIONS];

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
    autofd context = sys_fsopen(call->string[STRING_NAME]);

    return context < 0 ? -1 : finish(context, call);
}

static int build_inside(void *call)
{
    return build(call);
}

/*
 * Before Linux 6.18 a proc belongs to the pid namespace of the process that opens the context, and no other way. Inside
 * the container's, the child can be seen and killed. It shares memory for the step that it got to. Later children are born
 * outside again.
 */
static int build_in_pid_namespace(struct call *call)
{
    autofd outside = sys_openat2(PROC_FD, "self/ns/pid", O_RDONLY, 0);

    if (outside < 0 || setns(call->fd[FD_PID_NS], CLONE_NEWPID) < 0)
        return -1;
    autofd mount = in_child(build_inside, call, CLONE_VM);
    if (mount < 0 || setns(outside, CLONE_NEWPID) < 0)
        return -1;
    return release_fd(&mount);
}

int new_instance(struct call *call)
{
    at(STEP_STAGE);
    if (call->fd[FD_PID_NS] < 0)
        return build(call);
    autofd context = sys_fsopen(call->string[STRING_NAME]);
    if (context < 0)
        return -1;
    if (sys_fsconfig(context, CONFIG_FD, "pidns", NULL, call->fd[FD_PID_NS]) == 0)
        return finish(context, call);
    return build_in_pid_namespace(call);
}
