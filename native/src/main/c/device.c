/*
 * The node of the device that a file system is on. The kernel opens it for whoever mounts. It only checks CAP_SYS_ADMIN
 * and the device cgroup. So a worker checks before whether the caller could open the node itself.
 */
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "device.h"
#include "kernel.h"
#include "protocol.h"
#include "request.h"
#include "resolve.h"
#include "util.h"

#define ST_NODEV_BIT 4

/* This also asks the device cgroup. An open would wake up the device. */
static int ask_access(int node, bool writing)
{
    int mode = writing ? R_OK | W_OK : R_OK;

    return (int)syscall(SYS_faccessat2, node, "", mode, AT_EACCESS | AT_EMPTY_PATH);
}

int64_t find_source_device(const struct call *call)
{
    struct statx found;
    struct statfs of_mount;

    if (call->string[STRING_VALUE] == NULL)
        return 0;
    autofd node = resolve_object(call, STRING_VALUE, 0, false);
    /* A source that cannot be reached is no device. The resulting mount must have no device then either. */
    if (node < 0 || syscall(SYS_statx, node, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &found) < 0
        || !S_ISBLK(found.stx_mode))
        return 0;
    if (fstatfs(node, &of_mount) < 0)
        return -1;
    if (of_mount.f_flags & ST_NODEV_BIT) {
        errno = EACCES;
        return -1;
    }
    if (ask_access(node, !(call->request->number[MOUNT_SB_FLAGS] & MS_RDONLY)) < 0)
        return -1;
    return (int64_t)((uint64_t)found.stx_rdev_major << 32 | found.stx_rdev_minor);
}
