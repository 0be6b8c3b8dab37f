/*
 * A new instance of a file system, configured as the caller asked and mounted nowhere yet. An option that the file
 * system refuses is the caller's mistake; the rest is ours.
 */
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

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

/* mount(2) splits its options in the same way. A descriptor of the caller's has another number here. */
static int set_options(int context, const struct call *call)
{
    static char copy[REQUEST_STRINGS_MAX]; /* more than a child has stack for */
    char *next = copy, number[16];
    int callers_fd = call->fd[FD_OPTION];

    strcpy(copy, call->string[STRING_OPTIONS]); /* no request has room for more */
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
            if (callers_fd < 0) { /* the number would mean one of the worker's own */
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
    const char *dot = strchr(call->string[STRING_NAME], '.'); /* as in fuse.sshfs */

    at(STEP_CALL);
    if (set_flags(context, call->request->number[MOUNT_SB_FLAGS]) < 0
        || (dot && sys_fsconfig(context, CONFIG_STRING, "subtype", dot + 1, 0) < 0)
        || (source && sys_fsconfig(context, CONFIG_STRING, "source", source, 0) < 0)
        || (call->string[STRING_OPTIONS] && set_options(context, call) < 0)
        || sys_fsconfig(context, CONFIG_CREATE, NULL, NULL, 0) < 0)
        return -1;
    autofd mount = sys_fsmount(context, (unsigned)call->request->number[MOUNT_ATTRIBUTES]);
    /* Of a proc, the context may come from a process that can be traced. */
    if (mount >= 0 && call->fd[FD_PID_NS] >= 0 && !is_procfs(mount)) {
        errno = EIO;
        return -1;
    }
    return release_fd(&mount);
}

struct opener {
    const struct call *call;
    int socket; /* of the child, who sends the context through it */
};

static int64_t open_and_send(void *argument)
{
    const struct opener *opener = argument;
    autofd context = sys_fsopen(opener->call->string[STRING_NAME]);

    return context < 0 ? -1 : send_record(opener->socket, "", 1, &context, 1);
}

/*
 * Whoever may trace a process may open its root and take its descriptors. So this one keeps none but the two that it needs,
 * and stands in a copy of the helper's namespace without the procfs, where nothing can be written.
 */
static int64_t open_inside(void *argument)
{
    struct opener *opener = argument;
    enum { SOCKET = 0, NAMESPACE = 1 };

    if (unshare(CLONE_NEWNS | CLONE_FILES) < 0 || umount2("/proc", MNT_DETACH) < 0
        || mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0 || chdir("/") < 0)
        return -1;
    autofd namespace = fcntl(opener->call->fd[FD_PID_NS], F_DUPFD_CLOEXEC, FD_KINDS + 16);
    if (namespace < 0 || dup2(opener->socket, SOCKET) < 0 || dup2(namespace, NAMESPACE) < 0
        || sys_close_range(NAMESPACE + 1, UINT_MAX) < 0)
        return -1;
    namespace = NAMESPACE;
    opener->socket = SOCKET;
    if (setns(namespace, CLONE_NEWPID) < 0 || keep_only_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    close_fd(&namespace);
    return confine() < 0 ? -1 : in_child(0, open_and_send, opener);
}

/*
 * Before Linux 6.18 a proc belongs to the pid namespace of the process that opens the context, and no other way. Inside
 * the container's it can be seen, killed, and traced where the container's root may trace: so it opens the context and
 * does nothing else, shares neither memory nor descriptors with the worker, and a filter leaves it nothing that would be
 * worth having. Whoever traces it can have it open the context of another type, so what came is looked at.
 */
static int open_in_pid_namespace(const struct call *call)
{
    int ends[2], received;
    size_t count;
    char byte;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd own = ends[0], childs = ends[1];
    struct opener opener = {.call = call, .socket = childs};
    if (in_child(0, open_inside, &opener) < 0)
        return -1;
    close_fd(&childs);
    if (receive_record(own, &byte, 1, &received, 1, &count) != 1 || count != 1) {
        errno = EIO;
        return -1;
    }
    return received;
}

int open_context(const struct call *call)
{
    at(STEP_STAGE);
    autofd context = sys_fsopen(call->string[STRING_NAME]);
    if (context < 0 || call->fd[FD_PID_NS] < 0
        || sys_fsconfig(context, CONFIG_FD, "pidns", NULL, call->fd[FD_PID_NS]) == 0)
        return release_fd(&context);
    return open_in_pid_namespace(call);
}
