/*
 * System calls and constants that the C library of Debian bullseye does not know. All numbers here are the same on
 * x86-64 and aarch64.
 */
#ifndef SECCOMP_HELPER_KERNEL_H
#define SECCOMP_HELPER_KERNEL_H

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* C libraries do not all have the newer ones of these structures and flags, so they have names of their own here. */
struct mount_attributes {
    uint64_t set, clear, propagation, user_namespace;
};
#define ATTR_RDONLY 0x00000001
#define ATTR_IDMAP 0x00100000
#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x04
#endif
#ifndef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_T_EMPTY_PATH 0x40
#endif
#ifndef FSOPEN_CLOEXEC
#define FSOPEN_CLOEXEC 1
#endif
#ifndef FSMOUNT_CLOEXEC
#define FSMOUNT_CLOEXEC 1
#endif
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#ifndef MS_LAZYTIME
#define MS_LAZYTIME (1 << 25)
#endif
#ifndef SECCOMP_FILTER_FLAG_NEW_LISTENER
#define SECCOMP_FILTER_FLAG_NEW_LISTENER (1UL << 3)
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* The C library has some of these as an enumeration, but its names differ by version. */
enum { CONFIG_FLAG = 0, CONFIG_STRING = 1, CONFIG_FD = 5, CONFIG_CREATE = 6 };

static inline int sys_fsopen(const char *type)
{
    return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int sys_fsconfig(int context, unsigned command, const char *key, const void *value, int aux)
{
    return (int)syscall(SYS_fsconfig, context, command, key, value, aux);
}

static inline int sys_fsmount(int context, unsigned attributes)
{
    return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
}

/* A copy of a mount, which is attached nowhere. An empty path means the descriptor itself. */
static inline int sys_clone_mount(int directory, const char *path, unsigned flags)
{
    flags |= OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (*path ? 0 : AT_EMPTY_PATH);
    return (int)syscall(SYS_open_tree, directory, path, flags);
}

static inline int sys_open_tree(const char *path)
{
    return sys_clone_mount(AT_FDCWD, path, AT_RECURSIVE);
}

/* Moves the mount that the descriptor names. An empty path means the directory itself. */
static inline int sys_move_mount(int mount, int directory, const char *path)
{
    unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | (*path ? 0 : MOVE_MOUNT_T_EMPTY_PATH);
    return (int)syscall(SYS_move_mount, mount, "", directory, path, flags);
}

static inline int sys_openat2_how(int directory, const char *path, const struct open_how *how)
{
    return (int)syscall(SYS_openat2, directory, path, how, sizeof *how);
}

static inline int sys_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = resolve};
    return sys_openat2_how(directory, path, &how);
}

/* Changes the mount that the descriptor names. */
static inline int sys_mount_setattr(int mount, const struct mount_attributes *attributes)
{
    return (int)syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, attributes, sizeof *attributes);
}

static inline int sys_close_range(unsigned first, unsigned last)
{
    return (int)syscall(SYS_close_range, first, last, 0);
}

static inline int sys_pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_pidfd_getfd(int pidfd, int fd)
{
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

static inline int sys_pidfd_send_signal(int pidfd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

/* A fork that also gives a pidfd. The third argument is the place for it on both architectures. */
static inline pid_t sys_fork(unsigned long flags, int *pidfd)
{
    return (pid_t)syscall(SYS_clone, flags | CLONE_PIDFD | 17 /* SIGCHLD */, 0L, pidfd, 0L, 0L);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}

#endif
