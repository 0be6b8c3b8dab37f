/*
 * A worker that stays may be the last one in the mount namespace of a container that ends. Its end would take the
 * mounts apart, which takes milliseconds, and the kernel does that before the worker leaves its cgroups. Meanwhile the
 * runtime wants to remove them. So a process outside of these cgroups is in the mount namespace too, and ends when the
 * worker has ended. It does nothing else, and nobody waits for it.
 */
#include <limits.h>
#include <sched.h>
#include <unistd.h>

#include "anchor.h"
#include "capability.h"
#include "kernel.h"
#include "protocol.h"
#include "util.h"

static void stay_until_end_of(pid_t worker, int namespace) __attribute__((noreturn));
static void stay_until_end_of(pid_t worker, int namespace)
{
    if (die_with_parent(worker) == 0 && setns(namespace, CLONE_NEWNS) == 0
        && set_capabilities(&(struct capabilities){0}) == 0 && sys_close_range(0, UINT_MAX) == 0)
        for (;;)
            pause();
    _exit(0);
}

/* Without such a process everything works, and the runtime may have to try again. */
void leave_anchor(const struct call *call)
{
    int pidfd = -1, namespace = call->fd[FD_MOUNT_NS] >= 0 ? call->fd[FD_MOUNT_NS] : call->fd[FD_THREAD];
    pid_t worker = getpid();

    if (sys_fork(0, &pidfd) == 0)
        stay_until_end_of(worker, namespace);
    close_fd(&pidfd);
}
