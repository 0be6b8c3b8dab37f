/*
 * A worker that stays may be the last one in the mount namespace of a container that ends. Its end would take the
 * mounts apart, which takes milliseconds, and the kernel does that before the worker leaves its cgroups. Meanwhile the
 * runtime wants to remove them. So a process outside of these cgroups is in the mount namespace too, and ends when the
 * worker has ended. It does nothing else, and nobody waits for it.
 */
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "anchor.h"
#include "capability.h"
#include "kernel.h"
#include "ownfd.h"
#include "protocol.h"
#include "util.h"

static void stay_until_end_of(int worker, int namespace) __attribute__((noreturn));
static void stay_until_end_of(int worker, int namespace)
{
    struct pollfd polled = {.fd = SOCKET_FD, .events = POLLIN};

    if (setns(namespace, CLONE_NEWNS) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        && set_capabilities(&(struct capabilities){0}) == 0 && dup2(worker, SOCKET_FD) == SOCKET_FD
        && sys_close_range(SOCKET_FD + 1, UINT_MAX) == 0)
        RETRY(poll(&polled, 1, -1));
    _exit(0);
}

/*
 * It is no child of the worker, so the helper has it reaped. No signal could end it with the worker: as the caller that
 * may send none to a process of root. Without such a process everything works, and the runtime may have to try again.
 */
void leave_anchor(const struct call *call)
{
    int pidfd = -1, namespace = call->fd[FD_MOUNT_NS] >= 0 ? call->fd[FD_MOUNT_NS] : call->fd[FD_THREAD];
    autofd worker = sys_pidfd_open(getpid());

    if (worker < 0)
        return;
    if (sys_fork(CLONE_PARENT, &pidfd) == 0)
        stay_until_end_of(worker, namespace);
    close_fd(&pidfd);
}
