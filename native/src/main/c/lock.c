/*
 * A user namespace in which nothing lives. A mount namespace that is copied into it has its mounts locked, MNT_LOCKED
 * of mount_namespaces(7). It is made when the helper starts. Later a container could cause a failure, so a later
 * failure must not show whether user namespaces are possible here. Ids mean the same in it as outside. A mount
 * namespace that belongs to it is kept too.
 */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "lock.h"
#include "ownfd.h"
#include "userns.h"
#include "util.h"

#define LIMIT "/proc/sys/user/max_user_namespaces" /* the limit of the opener's namespace */

static bool forbidden, made;

bool locks_are_forbidden(void)
{
    return forbidden;
}

static bool limit_is_zero(void)
{
    char text[16] = "";
    autofd file = open(LIMIT, O_RDONLY | O_CLOEXEC);

    return file < 0 || read(file, text, sizeof text - 1) <= 0 || strcmp(text, "0\n") == 0;
}

static int write_file(pid_t process, const char *name, const char *text)
{
    char path[32];

    snprintf(path, sizeof path, "%d/%s", process, name);
    autofd file = openat(PROC_FD, path, O_WRONLY | O_CLOEXEC);
    return file < 0 ? -1 : (int)write(file, text, strlen(text));
}

static int keep_namespace(pid_t process, const char *name, int fd)
{
    char path[32];

    snprintf(path, sizeof path, "%d/ns/%s", process, name);
    autofd namespace = openat(PROC_FD, path, O_RDONLY | O_CLOEXEC);
    return namespace < 0 ? -1 : dup3(namespace, fd, O_CLOEXEC);
}

static int keep_namespaces(pid_t process)
{
    if (keep_namespace(process, "user", LOCK_FD) < 0)
        return -1;
    made = true;
    keep_namespace(process, "mnt", LOCKED_FD); /* without it, detached.c cannot lock */
    /* Only overlays need the ids, before Linux 6.15. */
    static const char all[] = "0 0 4294967295\n";
    return write_file(process, "uid_map", all) < 0 || write_file(process, "gid_map", all) < 0 ? -1 : 0;
}

static int make_namespace(void)
{
    pid_t child;

    return with_user_namespace(keep_namespaces, &child);
}

void look_for_locks(void)
{
    forbidden = limit_is_zero();
}

void prepare_lock(void)
{
    if (forbidden || make_namespace() == 0 || made)
        return;
    /* The kernel has no user namespaces, or a policy forbids them. Any other error may be gone the next time. */
    forbidden = errno == EINVAL || errno == ENOSYS || errno == EPERM || errno == EACCES;
}

int enter_lock(void)
{
    if (!made && !forbidden)
        make_namespace();
    if (!made || setns(LOCK_FD, CLONE_NEWUSER) < 0)
        return -1;
    return unshare(CLONE_NEWNS);
}
