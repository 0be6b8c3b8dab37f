/* Where a thread lives. */
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "syscalls.h"

#define PLACE_NUMBERS 9

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000
#endif

static const char *const namespaces[] = {"ns/mnt", "ns/net", "ns/ipc", "ns/uts", "ns/cgroup", "ns/user"};

/* The daemon of a FUSE file system is not asked. */
static long look(int folder, const char *name, unsigned mask, struct statx *found)
{
    return sys_statx(folder, name, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, mask, found);
}

static long look_at_all(int folder, unsigned long *numbers)
{
    struct statx found;
    long result;

    for (int i = 0; i < 6; i++) {
        if ((result = look(folder, namespaces[i], STATX_INO, &found)) < 0)
            return result;
        numbers[i] = found.stx_ino;
    }
    if ((result = look(folder, "root", STATX_INO | STATX_MNT_ID | STATX_MNT_ID_UNIQUE, &found)) < 0)
        return result;
    numbers[6] = found.stx_mnt_id;
    numbers[7] = (unsigned long)found.stx_dev_major << 32 | found.stx_dev_minor;
    numbers[8] = found.stx_ino;
    return PLACE_NUMBERS;
}

/* The folder is the thread's own in a procfs. The numbers are the inodes of its namespaces, then its root. */
CROSSING long look_at_place(const char *folder, unsigned long *numbers)
{
    long fd = sys_openat(AT_FDCWD, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return fd;
    long result = look_at_all((int)fd, numbers);
    sys_close((int)fd);
    return result;
}
