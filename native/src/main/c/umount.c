/*
 * umount2(2). A mount that the agent made for the container is taken off with the agent's privileges; what else there is
 * at a path is the caller's own affair.
 */
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static bool describe_with(unsigned mask, int fd, struct granted *mount)
{
    struct statx found;

    if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, mask, &found) < 0
        || !(found.stx_mask & (STATX_MNT_ID | STATX_MNT_ID_UNIQUE)))
        return false;
    *mount = (struct granted){
        .mount = found.stx_mnt_id,
        .device = (uint64_t)found.stx_dev_major << 32 | found.stx_dev_minor,
    };
    return true;
}

/*
 * The id is unique from Linux 6.8 on: then no later mount has it. FUSE tells all but its own user no more than the device
 * and the other id, and that only if nothing else is asked for. The two kinds of ids have no numbers in common.
 */
bool describe_mount(int fd, struct granted *mount)
{
    return describe_with(STATX_MNT_ID | STATX_MNT_ID_UNIQUE, fd, mount) || describe_with(0, fd, mount);
}

/* What is on top at the place. */
static int open_mount(const struct place *place)
{
    return sys_openat2(place->fd, place->last, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS);
}

static const struct granted *find_granted(const struct call *call, int fd)
{
    const char *list = call->string[STRING_VALUE];
    size_t count = (call->request->string_length[STRING_VALUE] - 1) / sizeof(struct granted);
    static struct granted each;
    struct granted unique, other;
    bool has_unique = describe_with(STATX_MNT_ID | STATX_MNT_ID_UNIQUE, fd, &unique); /* for FUSE, whoever asks matters */

    if (!describe_with(0, fd, &other))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        memcpy(&each, list + i * sizeof each, sizeof each);
        if (each.device == other.device && (each.mount == other.mount || (has_unique && each.mount == unique.mount)))
            return &each;
    }
    return NULL;
}

static int umount_at(const struct place *place, int flags)
{
    return fchdir(place->fd) < 0 ? -1 : umount2(place->last, flags | UMOUNT_NOFOLLOW);
}

/*
 * A path can lead elsewhere the next moment, so nothing is taken off by its name with the agent's privileges, and no path
 * is looked up with them: what is taken off is what a descriptor names, or what was mounted on that in this very moment.
 * That works only lazily. Not even whether a mount is in use can be asked by name: MNT_EXPIRE takes off what is marked
 * already. Covers stay on what they are on.
 */
static int64_t take_off_granted(const struct call *call, const struct place *place)
{
    autofd mount = open_mount(place);
    const struct granted *granted = mount < 0 ? NULL : find_granted(call, mount);

    if (granted == NULL)
        return 0;
    if (fchdir(PROC_FD) < 0 || raise_capability(CAP_SYS_ADMIN) < 0)
        return -1;
    return umount2(own_name(mount).path, MNT_DETACH) < 0 ? -1 : (int64_t)granted->mount;
}

/*
 * A path may end in a magic link or a dot. The kernel looks what is mounted there; a descriptor would keep that in use, and
 * does not know it if it is older: so it is asked for its name.
 */
static int name_place(struct place *place)
{
    place->last = name_below_root(place->fd);
    close_fd(&place->fd);
    if (place->last == NULL)
        return -1;
    place->fd = sys_openat2(-1, "/", O_PATH | O_DIRECTORY, 0);
    return place->fd < 0 ? -1 : 0;
}

static int64_t umount_call(void *argument)
{
    const struct call *call = argument;
    int flags = (int)call->request->number[0];
    struct place place = {.fd = -1};

    if (walk(call, STRING_PATH, flags & UMOUNT_NOFOLLOW ? GOAL_NAME : GOAL_MOUNT_POINT, &place) < 0)
        return -1;
    if (place.last == NULL && name_place(&place) < 0)
        return -1;
    return call->string[STRING_VALUE] ? take_off_granted(call, &place) : umount_at(&place, flags);
}

int64_t do_umount(struct call *call, uint64_t *missing)
{
    if (become_caller(call, call->string[STRING_VALUE] ? UINT64_C(1) << CAP_SYS_ADMIN : 0, missing) < 0)
        return -1;
    return under_label(call, umount_call, call);
}
