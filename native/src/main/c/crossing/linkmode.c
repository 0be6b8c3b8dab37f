/* The mode of a symbolic link. That of a link in /proc/TID/fd says what the descriptor can do, proc_pid_fd(5). */
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "syscalls.h"

CROSSING long link_mode(const char *path)
{
    struct statx found;
    long result = sys_statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_MODE, &found);

    return result < 0 ? result : found.stx_mode;
}
