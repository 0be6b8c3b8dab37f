/* A context for a proc of another pid namespace. A proc belongs to the pid namespace of whoever opens the context. */
#include <limits.h>
#include <linux/capability.h>
#include <sys/socket.h>

#include "capability.h"
#include "child.h"
#include "confine.h"
#include "kernel.h"
#include "pidns.h"
#include "protocol.h"
#include "request.h"
#include "util.h"

/* What an fsopen in a child needs. */
static const int allowed[] = {
    SYS_fsopen,
    SYS_clone,
    SYS_mmap,
    SYS_munmap,
    SYS_wait4,
    SYS_prctl,
    SYS_sendmsg,
    SYS_close,
    SYS_exit,
    SYS_exit_group,
};

struct opener {
    const struct call *call;
    int socket; /* the child sends the context through it */
};

static int64_t open_and_send(void *argument)
{
    const struct opener *opener = argument;
    autofd context = sys_fsopen(opener->call->string[STRING_NAME]);

    return context < 0 ? -1 : send_record(opener->socket, "", 1, &context, 1);
}

/*
 * Whoever may trace a process may open its root and take its descriptors. So this process keeps only the two
 * descriptors that it needs. It stands in a copy of the helper's namespace without the procfs, where nothing can be
 * written.
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
    if (confine(allowed, sizeof allowed / sizeof *allowed) < 0)
        return -1;
    return run_in_child(0, open_and_send, opener);
}

/*
 * Before Linux 6.18 a proc always belongs to the pid namespace of the process that opens the context. So a process has
 * to be in the container's pid namespace. The container can see and kill it, and trace it if its root may trace. So
 * this process only opens the context. It shares neither memory nor descriptors with the worker, and a filter leaves it
 * nothing that is worth having. Whoever traces it can make it open a context of another type, so the result is checked.
 */
int open_in_pid_namespace(const struct call *call)
{
    int ends[2], received;
    size_t count;
    char byte;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd own = ends[0], childs = ends[1];
    struct opener opener = {.call = call, .socket = childs};
    if (run_in_child(0, open_inside, &opener) < 0)
        return -1;
    close_fd(&childs);
    if (receive_record(own, &byte, 1, &received, 1, &count) != 1 || count != 1) {
        errno = EIO;
        return -1;
    }
    return received;
}
