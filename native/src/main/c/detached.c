/*
 * Newer kernels need neither a process nor a copy of a mount namespace to lock mounts. What is attached in a mount
 * namespace that belongs to another user namespace gets locked, because its members must not take it apart. That also
 * holds for the namespace without a name in which an unattached mount is. So the tree is attached for a moment to an
 * empty mount in such a namespace, one that belongs to the user namespace of lock.c. A copy of the tree keeps the
 * locks. Nobody else has any of this.
 *
 * No kernel promises this. So it is tried once when the helper starts: mounts are locked like this only if a mount was.
 */
#include <stdio.h>

#include "child.h"
#include "detached.h"
#include "kernel.h"
#include "lock.h"
#include "ownfd.h"
#include "util.h"

static bool locks;

bool can_lock_detached(void)
{
    return locks;
}

/* The namespace of a copy belongs to the same user namespace as that of the process. */
static int clone_elsewhere(int mount)
{
    if (setns(LOCKED_FD, CLONE_NEWNS) < 0)
        return -1;
    autofd copy = sys_clone_mount(mount, "", 0);
    return setns(HOME_FD, CLONE_NEWNS) < 0 ? -1 : release_fd(&copy);
}

int lock_detached(int tree, int *rest)
{
    *rest = clone_elsewhere(EMPTY_FD);
    if (*rest < 0 || sys_move_mount(tree, *rest, "") < 0)
        return -1;
    return sys_clone_mount(tree, "", AT_RECURSIVE);
}

/* The namespace of a copy of an attached mount may not be attached to from elsewhere, so this is a new mount. */
static int keep_empty_mount(void)
{
    autofd context = sys_fsopen("tmpfs");

    if (context < 0 || sys_fsconfig(context, CONFIG_FLAG, "ro", NULL, 0) < 0
        || sys_fsconfig(context, CONFIG_CREATE, NULL, NULL, 0) < 0)
        return -1;
    /* MOUNT_ATTR_* has the same bits for these. */
    autofd mount = sys_fsmount(context, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
    return mount < 0 ? -1 : dup3(mount, EMPTY_FD, O_CLOEXEC);
}

static int keep_home(void)
{
    autofd home = openat(PROC_FD, "self/ns/mnt", O_RDONLY | O_CLOEXEC);

    return home < 0 ? -1 : dup3(home, HOME_FD, O_CLOEXEC);
}

struct trial {
    const char *folder, *place;
};

/* Covers a folder in a copy of the root, locks that, and tries to take the cover off. */
static int64_t try_to_lock(void *argument)
{
    const struct trial *trial = argument;
    char covered[64];

    if (unshare(CLONE_FILES) < 0
        || snprintf(covered, sizeof covered, "%s%s", trial->place, trial->folder) >= (int)sizeof covered)
        return -1;
    autofd tree = sys_clone_mount(AT_FDCWD, "/", 0);
    autofd cover = sys_clone_mount(AT_FDCWD, trial->folder, 0);
    if (tree < 0 || cover < 0 || sys_move_mount(cover, tree, trial->folder + 1) < 0)
        return -1;
    int rest;
    autofd locked = lock_detached(tree, &rest);
    if (locked < 0 || unshare(CLONE_NEWNS) < 0 || sys_move_mount(locked, AT_FDCWD, trial->place) < 0)
        return -1;
    return umount2(covered, MNT_DETACH) < 0 && errno == EINVAL ? 0 : -1;
}

void prepare_detached(const char *folder, const char *place)
{
    struct trial trial = {.folder = folder, .place = place};

    locks = !locks_are_forbidden() && keep_home() >= 0 && keep_empty_mount() >= 0
        && run_in_child(CLONE_VM, try_to_lock, &trial) == 0;
}
