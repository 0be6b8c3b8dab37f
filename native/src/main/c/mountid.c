/* Tells which mount a descriptor is on. */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "mountid.h"
#include "protocol.h"
#include "request.h"

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
 * From Linux 6.8 on the id is unique, so no later mount has it. FUSE tells users other than its own only the device and
 * the older id, and only if nothing else is asked for. The two kinds of ids have no number in common.
 */
bool describe_mount(int fd, struct granted *mount)
{
    return describe_with(STATX_MNT_ID | STATX_MNT_ID_UNIQUE, fd, mount) || describe_with(0, fd, mount);
}

const struct granted *find_granted(const struct call *call, int fd)
{
    const char *list = call->string[STRING_VALUE];
    size_t count = (call->request->string_length[STRING_VALUE] - 1) / sizeof(struct granted);
    static struct granted each;
    struct granted unique, other;
    bool has_unique = describe_with(STATX_MNT_ID | STATX_MNT_ID_UNIQUE, fd, &unique); /* for FUSE it matters who asks */

    if (!describe_with(0, fd, &other))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        memcpy(&each, list + i * sizeof each, sizeof each);
        if (each.device == other.device && (each.mount == other.mount || (has_unique && each.mount == unique.mount)))
            return &each;
    }
    return NULL;
}
