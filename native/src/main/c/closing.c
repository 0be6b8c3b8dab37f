/*
 * To close a file can take for ever, if a daemon or another machine has to be told. The runtime has made the file
 * system of the root, and that is no container's work.
 */
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "closing.h"
#include "kernel.h"
#include "util.h"

#define HANDLE_FID 0x200 /* AT_HANDLE_FID: file systems whose handles nobody can open give them too */

/* Types of handles, as the file systems number them. */
#define HANDLE_OF_EXT4 1 /* and of tmpfs */
#define HANDLE_OF_BTRFS 0x4d
#define HANDLE_OF_FUSE 0x81
#define HANDLE_OF_FUSE_WITH_PARENT 0x82

/*
 * A statfs of FUSE asks its daemon, which may be the caller, who waits. So does that of an overlay above it. The kernel
 * tells the type of a file's handle without asking. XFS has the type of FUSE, and counts as FUSE here.
 */
static bool may_ask_daemon(int fd, bool is_on_root)
{
    union {
        struct file_handle handle;
        char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } found = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount, status = name_to_handle_at(fd, "", &found.handle, &mount, AT_EMPTY_PATH | HANDLE_FID);

    if (status < 0 && errno == EINVAL) /* before Linux 6.5 */
        status = name_to_handle_at(fd, "", &found.handle, &mount, AT_EMPTY_PATH);
    switch (status < 0 ? 0 : found.handle.handle_type) {
    case HANDLE_OF_EXT4:
    case HANDLE_OF_BTRFS:
        return false;
    case HANDLE_OF_FUSE:
    case HANDLE_OF_FUSE_WITH_PARENT:
        return true;
    default:
        return !is_on_root;
    }
}

bool closes_at_once(int fd, uint64_t root_mount)
{
    struct statfs of;
    struct statx found;

    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_MNT_ID | STATX_MNT_ID_UNIQUE,
            &found)
        < 0)
        return false;
    bool is_on_root = found.stx_mnt_id == root_mount;
    if (!(S_ISREG(found.stx_mode) || S_ISDIR(found.stx_mode)) || may_ask_daemon(fd, is_on_root) || fstatfs(fd, &of) < 0)
        return false;
    switch ((unsigned long)of.f_type) {
    case EXT4_SUPER_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case TMPFS_MAGIC:
        return true;
    case OVERLAYFS_SUPER_MAGIC:
        return is_on_root;
    default:
        return false;
    }
}
