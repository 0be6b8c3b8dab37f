/*
 * A new instance of a file system, configured as the caller asked, and not mounted yet. If the file system refuses an
 * option, that is the caller's mistake. Any other failure is ours.
 */
#include <stdio.h>
#include <string.h>

#include "instance.h"
#include "kernel.h"
#include "layers.h"
#include "pidns.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "util.h"

static const struct {
    uint64_t flag;
    const char *name;
} superblock_flags[] = {
    {MS_RDONLY, "ro"},
    {MS_SYNCHRONOUS, "sync"},
    {MS_DIRSYNC, "dirsync"},
    {MS_LAZYTIME, "lazytime"},
    {MS_MANDLOCK, "mand"},
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

/* Splits the options as mount(2) does. A descriptor of the caller has another number here. */
static int set_options(int context, const struct call *call)
{
    static char copy[REQUEST_STRINGS_MAX]; /* too large for a child's stack */
    char *next = copy, number[16];
    int callers_fd = call->fd[FD_OPTION];

    strcpy(copy, call->string[STRING_OPTIONS]); /* it fits: no request has longer options */
    while (*next != '\0') {
        char *option = next;

        next += option_length(call, option);
        if (*next != '\0')
            *next++ = '\0';
        char *value = strchr(option, '=');
        if (*option == '\0')
            continue;
        if (value != NULL)
            *value++ = '\0';
        if (strcmp(option, "fd") == 0) {
            if (callers_fd < 0) { /* the number would mean one of the worker's descriptors */
                errno = EINVAL;
                return -1;
            }
            snprintf(number, sizeof number, "%d", callers_fd);
            value = number;
        }
        if (sys_fsconfig(context, value ? CONFIG_STRING : CONFIG_FLAG, option, value, 0) < 0)
            return -1;
    }
    return 0;
}

int finish_context(int context, const struct call *call)
{
    const char *source = call->string[STRING_VALUE];
    const char *dot = strchr(call->string[STRING_NAME], '.'); /* for example in fuse.sshfs */

    enter_step(STEP_CALL);
    if (set_flags(context, call->request->number[MOUNT_SB_FLAGS]) < 0
        || (dot && sys_fsconfig(context, CONFIG_STRING, "subtype", dot + 1, 0) < 0)
        || (source && sys_fsconfig(context, CONFIG_STRING, "source", source, 0) < 0)
        || (call->string[STRING_OPTIONS] && set_options(context, call) < 0)
        || sys_fsconfig(context, CONFIG_CREATE, NULL, NULL, 0) < 0)
        return -1;
    autofd mount = sys_fsmount(context, (unsigned)call->request->number[MOUNT_ATTRIBUTES]);
    /* The context of a proc may come from a process that can be traced. */
    if (mount >= 0 && call->fd[FD_PID_NS] >= 0 && !is_procfs(mount)) {
        errno = EIO;
        return -1;
    }
    return release_fd(&mount);
}

int open_context(const struct call *call)
{
    enter_step(STEP_STAGE);
    autofd context = sys_fsopen(call->string[STRING_NAME]);
    if (context < 0 || call->fd[FD_PID_NS] < 0
        || sys_fsconfig(context, CONFIG_FD, "pidns", NULL, call->fd[FD_PID_NS]) == 0)
        return release_fd(&context);
    return open_in_pid_namespace(call);
}
