/*
 * Where a thread lives. The names of namespaces are read, and not the namespaces looked at: the kernel would make an
 * inode for each look.
 */
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "syscalls.h"

#define LONGEST_NAME 64

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000
#endif

static const char *const namespaces[] = {"mnt", "net", "ipc", "uts", "cgroup", "user"};

/* A name is like "mnt:[4026531841]". Gives 0 if it is not. */
static unsigned long inode_in(const char *name, long length)
{
    unsigned long inode = 0;
    long i = 0;

    while (i < length && name[i] != '[')
        i++;
    for (i++; i < length && name[i] >= '0' && name[i] <= '9'; i++)
        inode = inode * 10 + (unsigned long)(name[i] - '0');
    return inode;
}

static long look_at_namespaces(int folder, unsigned long *numbers)
{
    char name[LONGEST_NAME];

    for (int i = 0; i < 6; i++) {
        long length = sys_readlinkat(folder, namespaces[i], name, sizeof name);
        if (length < 0)
            return length;
        if ((numbers[i] = inode_in(name, length)) == 0)
            return -EINVAL;
    }
    return 0;
}

/* The daemon of a FUSE file system is not asked. */
static long look_at_root(int folder, unsigned long *numbers)
{
    struct statx found;
    unsigned mask = STATX_INO | STATX_MNT_ID | STATX_MNT_ID_UNIQUE;
    long result = sys_statx(folder, "root", AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, mask, &found);

    if (result < 0)
        return result;
    numbers[0] = found.stx_mnt_id;
    numbers[1] = (unsigned long)found.stx_dev_major << 32 | found.stx_dev_minor;
    numbers[2] = found.stx_ino;
    return 0;
}

/*
 * The folder is the thread's own in a procfs, the second one is ns there, and the file is cgroup. The numbers are the
 * inodes of its namespaces, then its root. The kernel gives such a file in one piece, so a read that is not full was
 * the last one.
 */
CROSSING long look_at_place(
    int folder, int namespaces_folder, int file, unsigned long *numbers, char *cgroups, unsigned long size)
{
    long result = look_at_namespaces(namespaces_folder, numbers);

    if (result == 0)
        result = look_at_root(folder, numbers + 6);
    return result < 0 ? result : sys_pread(file, cgroups, size, 0);
}
