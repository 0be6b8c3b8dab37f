/*
 * The descriptor of FUSE that an option of a mount names. The caller may have any other file under that number, and
 * closing that can take for ever. So only a worker holds the descriptor, because a worker may be lost.
 */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "fuse.h"
#include "kernel.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "util.h"

#define FUSE_MAJOR 10
#define FUSE_MINOR 229

static bool is_fuse(int fd)
{
    struct statx found;

    return syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) == 0
        && S_ISCHR(found.stx_mode) && found.stx_rdev_major == FUSE_MAJOR && found.stx_rdev_minor == FUSE_MINOR;
}

int take_option_descriptor(struct call *call)
{
    if (call->fd[FD_OPTION] < 0)
        return 0;
    enter_step(STEP_STAGE);
    autofd pidfd = call->fd[FD_OPTION];
    call->fd[FD_OPTION] = sys_pidfd_getfd(pidfd, (int)call->request->number[MOUNT_OPTION_FD]);
    if (call->fd[FD_OPTION] < 0 && errno != EBADF)
        return -1;
    enter_step(STEP_CALL);
    if (call->fd[FD_OPTION] < 0) {
        errno = EINVAL; /* the kernel's error for a descriptor that is not of FUSE */
        return -1;
    }
    if (!is_fuse(call->fd[FD_OPTION]))
        fail_now(EINVAL);
    return 0;
}
