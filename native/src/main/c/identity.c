/*
 * What a descriptor refers to. Only the kernel itself is asked, because the file system's daemon may be the caller, who
 * waits.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "identity.h"
#include "kernel.h"
#include "ownfd.h"
#include "util.h"

/* An fstat of FUSE asks its daemon. */
bool is_directory(int fd)
{
    autofd again = sys_openat2(PROC_FD, own_name(fd).path, O_PATH | O_DIRECTORY, 0);

    return again >= 0;
}

static bool identify(int fd, struct statx *found)
{
    const unsigned wanted = STATX_INO | STATX_MNT_ID;

    return syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, found) == 0
        && (found->stx_mask & wanted) == wanted;
}

/* The mount from Linux 6.8 on. For a file of FUSE that is not the caller's, the kernel says nothing. */
void find_mount(int fd, uint64_t *mount, uint32_t *type)
{
    struct statx found;
    unsigned wanted = STATX_TYPE | STATX_MNT_ID_UNIQUE;

    *mount = 0;
    *type = 0;
    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, &found) < 0)
        return;
    if (found.stx_mask & STATX_MNT_ID_UNIQUE)
        *mount = found.stx_mnt_id;
    if (found.stx_mask & STATX_TYPE)
        *type = found.stx_mode & S_IFMT;
}

bool is_on_mount_of(int fd, int other)
{
    struct statx one, two;

    return identify(fd, &one) && identify(other, &two) && one.stx_mnt_id == two.stx_mnt_id;
}

bool is_same(int fd, int other)
{
    struct statx one, two;

    return identify(fd, &one) && identify(other, &two) && one.stx_mnt_id == two.stx_mnt_id && one.stx_ino == two.stx_ino
        && one.stx_dev_major == two.stx_dev_major && one.stx_dev_minor == two.stx_dev_minor;
}
