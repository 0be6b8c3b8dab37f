/*
 * Whether a name may be that of a mount point in the mount namespace of a thread, whichever folder it is in. The kernel
 * compares the names of a directory entry, and the last component of a mount point is the name of its entry. A mount on
 * the root of another one is shown at the path of that, and the name is the last component of the other's root. A mount
 * that cannot be reached from the thread's root is not shown, so all mounts are counted too.
 *
 * Nobody gives a mount point another name in that namespace. A file system may know a file in small and in capital
 * letters (casefold): such names are taken for the same. Others know it by names that are not alike (vfat), let a
 * daemon say what a name is (FUSE), or show no path of a root (NFS). So all mounts must be of known types.
 */
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/ioctl.h>
#include <linux/types.h>
#include <stdbool.h>

#include "syscalls.h"

#define MOST_MOUNTS 200
#define LONGEST_NAME 255 /* NAME_MAX */

/* The root of the namespace does not count. Since Linux 6.12; linux/nsfs.h has it since then. */
struct mount_namespace {
    __u32 size, mounts;
    __u64 id;
};
#define GET_MOUNT_NAMESPACE _IOR(0xb7, 10, struct mount_namespace)

/* proc_pid_mountinfo(5). Any number of fields may be before the type, and the last one of them is "-". */
enum field { FIELD_ROOT = 3, FIELD_MOUNT_POINT = 4, FIELD_TAGS = 6, FIELD_TYPE = 100 };

/* What is common in containers and on hosts. Each root is shown as a path there, or nobody can remove it. */
#define LONGEST_TYPE 16
static const char known_types[][LONGEST_TYPE]
    = {"autofs", "binfmt_misc", "bpf", "btrfs", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
        "efivarfs", "erofs", "ext2", "ext3", "ext4", "f2fs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "overlay",
        "proc", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs", "tmpfs", "tracefs", "xfs"};

struct name {
    unsigned length;
    bool odd; /* it has characters that may be compared in another way, or is too long */
    char text[LONGEST_NAME];
};

static void add(struct name *name, char c)
{
    bool plain = c > ' ' && c < 0x7f && c != '\\';

    if (!plain || name->length == LONGEST_NAME)
        name->odd = true;
    else
        name->text[name->length++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void clear(struct name *name)
{
    name->length = 0;
    name->odd = false;
}

static void take_last_component(const char *path, struct name *name)
{
    const char *end = path, *start;

    clear(name);
    while (*end != '\0')
        end++;
    while (end > path && end[-1] == '/')
        end--;
    for (start = end; start > path && start[-1] != '/'; start--)
        ;
    for (; start < end; start++)
        add(name, *start);
}

static bool may_be_same(const struct name *one, const struct name *other)
{
    if (one->odd || other->odd)
        return true;
    if (one->length == 0 || one->length != other->length)
        return false;
    for (unsigned i = 0; i < one->length; i++)
        if (one->text[i] != other->text[i])
            return false;
    return true;
}

static long count_mounts(int namespaces)
{
    struct mount_namespace found = {0, 0, 0};
    long fd = sys_openat(namespaces, "mnt", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fd;
    long result = sys_ioctl((int)fd, GET_MOUNT_NAMESPACE, &found);
    sys_close((int)fd);
    return result < 0 ? result : found.mounts;
}

static bool is_text(const struct name *name, const char *text)
{
    for (unsigned i = 0; i < name->length; i++)
        if (name->text[i] != text[i])
            return false;
    return !name->odd && text[name->length] == '\0';
}

static bool is_known_type(const struct name *name)
{
    for (unsigned i = 0; i < sizeof known_types / sizeof *known_types; i++)
        if (is_text(name, known_types[i]))
            return true;
    return false;
}

struct search {
    struct name wanted[2], seen;
    unsigned field;
    long lines;
};

/* Whether the field that ends here, or the last component of it, is what was searched for. */
static bool finds(const struct search *search)
{
    switch (search->field) {
    case FIELD_ROOT:
    case FIELD_MOUNT_POINT:
        return may_be_same(&search->wanted[0], &search->seen) || may_be_same(&search->wanted[1], &search->seen);
    case FIELD_TYPE:
        return !is_known_type(&search->seen);
    default:
        return false;
    }
}

static unsigned next_field(const struct search *search)
{
    bool at_type = search->field >= FIELD_TAGS && search->field < FIELD_TYPE && is_text(&search->seen, "-");

    return at_type ? FIELD_TYPE : search->field + 1;
}

static bool takes(struct search *search, char c)
{
    bool found = false;

    if (c == ' ' || c == '\n') {
        found = finds(search);
        search->field = c == '\n' ? 0 : next_field(search);
        search->lines += c == '\n';
    }
    if (c == ' ' || c == '\n' || c == '/')
        clear(&search->seen);
    else
        add(&search->seen, c);
    return found;
}

/* Gives 1 if such a name or a type that is not known is found, or if not all mounts are shown. */
static long search_in(int mountinfo, struct search *search, long mounts)
{
    char buffer[4096];
    long count;

    while ((count = sys_read(mountinfo, buffer, sizeof buffer)) > 0)
        for (long i = 0; i < count; i++)
            if (takes(search, buffer[i]))
                return 1;
    return count < 0 ? count : search->lines < mounts;
}

/*
 * The folder is the thread's own in a procfs, and the second one is ns there. Gives 0 if neither path ends in the name
 * of a mount point, 1 if one may, or a negative errno if it cannot be told.
 */
CROSSING long may_be_mount_point(int folder, int namespaces, const char *path, const char *path2)
{
    struct search search;
    long mounts = count_mounts(namespaces);

    if (mounts < 0 || mounts > MOST_MOUNTS)
        return mounts < 0 ? mounts : 1;
    take_last_component(path, &search.wanted[0]);
    take_last_component(path2, &search.wanted[1]);
    clear(&search.seen);
    search.field = 0;
    search.lines = 0;
    long mountinfo = sys_openat(folder, "mountinfo", O_RDONLY | O_CLOEXEC);
    if (mountinfo < 0)
        return mountinfo;
    long result = search_in((int)mountinfo, &search, mounts);
    sys_close((int)mountinfo);
    return result;
}
