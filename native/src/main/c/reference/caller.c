/* In a worker: becomes the caller and makes its call. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reference.h"

static int set_capabilities(uint64_t effective, uint64_t permitted)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)effective, .permitted = (uint32_t)permitted},
        {.effective = (uint32_t)(effective >> 32), .permitted = (uint32_t)(permitted >> 32)},
    };

    return (int)syscall(SYS_capset, &header, data);
}

static int become_caller(const struct caller *caller, const int *fds, uint64_t keep)
{
    for (int i = FD_CGROUPS; i < ORDER_FDS; i++)
        if (fds[i] >= 0 && write(fds[i], "0", 1) < 0)
            return -1;
    if (setns(fds[FD_PIDFD], CLONE_NEWNS) < 0 || fchdir(fds[FD_ROOT]) < 0 || chroot(".") < 0 || fchdir(fds[FD_CWD]) < 0)
        return -1;
    if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) < 0
        || syscall(SYS_setgroups, caller->group_count, caller->groups) < 0
        || syscall(SYS_setresgid, caller->gid[0], caller->gid[1], caller->gid[2]) < 0
        || syscall(SYS_setresuid, caller->uid[0], caller->uid[1], caller->uid[2]) < 0)
        return -1;
    setfsgid(caller->gid[3]);
    setfsuid(caller->uid[3]);
    if (caller->other_user_namespace && setns(fds[FD_PIDFD], CLONE_NEWUSER) < 0)
        return -1;
    if (set_capabilities(caller->effective, caller->effective | keep) < 0)
        return -1;
    if (caller->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    umask(caller->umask);
    return prctl(PR_SET_DUMPABLE, 0) < 0 ? -1 : 0;
}

static int open_path(const char *path, uint64_t flags)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};

    return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

static int make_folder(const struct order *order)
{
    char parent[sizeof order->path];

    strcpy(parent, order->path);
    char *slash = strrchr(parent, '/');
    const char *name = slash ? slash + 1 : parent;
    int directory = slash ? open_path(slash == parent ? "/" : (*slash = '\0', parent), O_PATH | O_DIRECTORY) : AT_FDCWD;
    int result = directory == -1 ? -1 : mkdirat(directory, name, order->mode), error = errno;
    if (directory >= 0)
        close(directory);
    errno = error;
    return result;
}

/*
 * Mounts a proc of the caller's pid namespace, without covers. From Linux 6.18 on the kernel can be told the namespace.
 */
static int new_proc(const int *fds)
{
    int context = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);

    if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_SET_FD, "pidns", NULL, fds[FD_PID_NS]) < 0
        || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -1;
    return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
}

static int mount_proc(const struct order *order, const int *fds)
{
    uint64_t admin = UINT64_C(1) << CAP_SYS_ADMIN;
    int mount = new_proc(fds);

    if (mount < 0 || become_caller(&order->caller, fds, admin) < 0)
        return -1;
    int target = open_path(order->path, O_PATH | O_DIRECTORY);
    if (target < 0 || set_capabilities(order->caller.effective | admin, order->caller.effective | admin) < 0)
        return -1;
    return (int)syscall(SYS_move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int carry_out(const struct order *order, const int *fds, bool is_caller)
{
    int result;

    if (order->call == CALL_MOUNT)
        result = mount_proc(order, fds);
    else
        result = !is_caller && become_caller(&order->caller, fds, 0) < 0 ? -1 : make_folder(order);
    return result < 0 ? -errno : 0;
}
