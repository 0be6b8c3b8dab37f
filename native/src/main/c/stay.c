/*
 * A worker that has become a thread serves the next calls of this thread too. That is right only while all that it has
 * adopted is what the thread has now. The thread waits in the kernel meanwhile, so it changes nothing itself. Others
 * may: a process that shares its fs_struct changes its root and umask, and its cgroups are changed from outside. What
 * it did itself between two calls shows as well: its ids, groups and capabilities, no_new_privs and its namespaces.
 *
 * The worker is in the namespaces and in the cgroups that it has adopted, and its root is there. So none of them is
 * gone and no other one has its number. Only the root of the worker can change: pivot_root(2) in its mount namespace
 * moves it. So it is not the root that was adopted that counts, but the one that it has now.
 */
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "cgroup.h"
#include "kernel.h"
#include "ownfd.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "stay.h"
#include "util.h"

#define GROUPS_MAX 64
#define CGROUPS_MAX 4096
#define LABEL_MAX 1024
#define MOUNT_ID (STATX_MNT_ID | STATX_MNT_ID_UNIQUE)
#define HANDLE_FID 0x200 /* AT_HANDLE_FID: file systems whose handles nobody can open give them too */

/* Types of handles, as the file systems number them. */
#define HANDLE_OF_EXT4 1 /* and of tmpfs */
#define HANDLE_OF_BTRFS 0x4d
#define HANDLE_OF_FUSE 0x81
#define HANDLE_OF_FUSE_WITH_PARENT 0x82

static bool adopted;
static int thread = -1;
static struct request from;
static uint32_t groups[GROUPS_MAX];
static char cgroups[CGROUPS_MAX];
static char label[LABEL_MAX];

static const char *label_of(const struct call *call)
{
    const char *text = call->string[STRING_LABEL];

    return text ? text : "";
}

/* A label that the whole process has taken may be too little for a reply. */
static bool can_keep_label(const struct call *call)
{
    return call->string[STRING_LABEL] == NULL
        || (call->request->flags & REQUEST_LABEL_OF_THREAD && call->request->string_length[STRING_LABEL] <= LABEL_MAX);
}

void note_adopted(const struct call *call)
{
    const struct request *request = call->request;
    size_t length = request->string_length[STRING_CGROUPS];

    if (adopted || !(request->flags & REQUEST_STAY) || request->group_count > GROUPS_MAX || length > CGROUPS_MAX
        || call->string[STRING_CGROUPS] == NULL || !can_keep_label(call))
        return;
    from = *request;
    memcpy(groups, call->groups, request->group_count * sizeof *groups);
    memcpy(cgroups, call->string[STRING_CGROUPS], length);
    if (call->fd[FD_THREAD] >= 0)
        thread = dup2(call->fd[FD_THREAD], THREAD_FD);
    strcpy(label, label_of(call));
    adopted = true;
}

int adopted_thread(void)
{
    return thread;
}

bool has_adopted(void)
{
    return adopted;
}

bool may_stay(const struct call *call)
{
    enum step step = reported_step();

    return adopted && !holds_something() && call->request->flags & REQUEST_STAY
        && (step == STEP_CALL || step == STEP_CALLER);
}

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

/*
 * To close a file can take for ever, if a daemon or another machine has to be told. Then the worker replies before it
 * closes the file, and ends. The runtime has made the file system of the root, and that is no container's work.
 */
static bool closes_at_once(const struct call *call, int fd)
{
    struct statfs of;
    struct statx found;

    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | MOUNT_ID, &found) < 0)
        return false;
    bool is_on_root = found.stx_mnt_id == call->request->root_mount;
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

void note_opened(const struct call *call, int fd)
{
    if (adopted && !closes_at_once(call, fd))
        note_held();
}

static bool has_same_credentials(const struct call *call)
{
    const struct request *now = call->request;

    return memcmp(now->uid, from.uid, sizeof from.uid) == 0 && memcmp(now->gid, from.gid, sizeof from.gid) == 0
        && now->group_count == from.group_count && memcmp(call->groups, groups, from.group_count * sizeof *groups) == 0
        && now->effective == from.effective && now->no_new_privs == from.no_new_privs
        && strcmp(label_of(call), label) == 0;
}

static bool is_in_same_namespaces(const struct request *now)
{
    return memcmp(now->namespaces, from.namespaces, sizeof from.namespaces) == 0;
}

static bool is_in_same_cgroups(const struct call *call)
{
    return call->string[STRING_CGROUPS] != NULL && strcmp(call->string[STRING_CGROUPS], cgroups) == 0;
}

static bool has_same_root(const struct request *now)
{
    struct statx own;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;

    return syscall(SYS_statx, AT_FDCWD, "/", flags, STATX_INO | MOUNT_ID, &own) == 0
        && own.stx_mnt_id == now->root_mount && own.stx_ino == now->root_inode
        && ((uint64_t)own.stx_dev_major << 32 | own.stx_dev_minor) == now->root_device;
}

/* To find out where the caller is in a procfs takes more than the caller's own rights. */
static bool starts_in_procfs(const struct call *call)
{
    for (int path = STRING_PATH; path <= STRING_PATH_2; path++)
        if (start_of(call, path) >= 0 && is_procfs(start_of(call, path)))
            return true;
    return false;
}

int stay_caller(const struct call *call)
{
    enter_step(STEP_CHANGED);
    if (!(call->request->flags & REQUEST_STAY) || !has_same_credentials(call) || !is_in_same_namespaces(call->request)
        || !is_in_same_cgroups(call) || !has_same_root(call->request) || starts_in_procfs(call))
        return fail_with(ESTALE);
    forget_levels();
    forget_cgroups();
    umask((mode_t)(call->request->umask & 0777));
    enter_step(STEP_CALL);
    return 0;
}
