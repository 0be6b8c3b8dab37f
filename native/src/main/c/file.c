/*
 * The calls on files. A call has one of four shapes: on a name, on an object, from one of these to a name, or an open.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "caller.h"
#include "capability.h"
#include "check.h"
#include "deliver.h"
#include "file.h"
#include "kernel.h"
#include "label.h"
#include "open.h"
#include "ownfd.h"
#include "place.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "resolve.h"
#include "stay.h"
#include "util.h"

static int64_t make_node(const struct call *call, const struct place *place)
{
    const uint64_t *number = call->request->number;

    /* The worker takes what the handler granted only now, after the path was resolved. */
    if (number[2] && raise_capability(CAP_MKNOD) < 0)
        return -1;
    /* This is the raw call, because the C library treats devices in its own way. */
    return syscall(SYS_mknodat, place->fd, place->last, (mode_t)number[0], (unsigned)number[1]);
}

/*
 * In the folder of its own descriptors the caller needs no permission, although nothing can be made or removed there.
 * The worker is another process and needs permission.
 */
static int64_t correct_errno(const struct call *call, const struct place *place, int64_t result)
{
    if (result == 0 || errno != EACCES || place->own == NO_DESCRIPTOR)
        return result;
    if (place->own == CLOSED_DESCRIPTOR)
        errno = ENOENT;
    else if (call->request->operation != OP_UNLINK)
        errno = EEXIST;
    else
        errno = call->request->number[0] & AT_REMOVEDIR || strchr(place->last, '/') ? ENOTDIR : EPERM;
    return -1;
}

static int64_t act_on_name(const struct call *call)
{
    const uint64_t *number = call->request->number;
    struct place place = {.fd = -1};
    int64_t result;

    if (resolve_name(call, STRING_PATH, &place) < 0 || check_names(call, &place, NULL) < 0)
        return -1;
    switch (call->request->operation) {
    case OP_MKDIR:
        result = report_identity(mkdirat(place.fd, place.last, (mode_t)number[0]), place.fd, place.last);
        break;
    case OP_UNLINK:
        result = unlinkat(place.fd, place.last, (int)number[0]);
        break;
    case OP_SYMLINK:
        result = report_identity(symlinkat(call->string[STRING_NAME], place.fd, place.last), place.fd, place.last);
        break;
    default: /* OP_MKNOD */
        result = report_identity(make_node(call, &place), place.fd, place.last);
        break;
    }
    return correct_errno(call, &place, result);
}

/*
 * Some calls do not accept an O_PATH descriptor. They take its path in the procfs, because not all of them have an *at
 * variant.
 */
static int64_t change_attribute(const struct call *call, const char *path)
{
    const char *name = call->string[STRING_NAME], *value = call->string[STRING_VALUE];

    if (call->request->operation == OP_REMOVEXATTR)
        return removexattr(path, name);
    return setxattr(path, name, value, call->request->string_length[STRING_VALUE] - 1, (int)call->request->number[0]);
}

/*
 * Before Linux 6.10 the flag alone needs a capability, whatever the path is. Without that the error is ENOENT. If the
 * flag may be used, the error is that the descriptor is bad.
 */
static bool may_link_empty(void)
{
    return !(linkat(-1, "", -1, "", AT_EMPTY_PATH) < 0 && errno == ENOENT);
}

/*
 * Some errors do not depend on the path, and the kernel finds them first. With an empty path, only ENOENT is left after
 * these.
 */
static bool is_refused(const struct call *call)
{
    const uint64_t *number = call->request->number;
    long result = 0;

    switch (call->request->operation) {
    case OP_OPEN:
        result = sys_openat2_how(-1, "", &(struct open_how){number[0], number[1], number[2]});
        break;
    case OP_LINK:
        return number[0] & AT_EMPTY_PATH && !may_link_empty();
    case OP_MKNOD:
        result = syscall(SYS_mknodat, -1, "", (mode_t)number[0], (unsigned)number[1]);
        break;
    case OP_SYMLINK:
        result = symlinkat(call->string[STRING_NAME], -1, "");
        break;
    case OP_RENAME:
        result = syscall(SYS_renameat2, -1, "", -1, "", (unsigned)number[0]);
        break;
    case OP_SETXATTR:
    case OP_REMOVEXATTR:
        result = change_attribute(call, "");
        break;
    }
    return result < 0 && errno != ENOENT;
}

static uint64_t flags_of(const struct request *request)
{
    return request->number[request->operation == OP_CHOWN ? 2 : request->operation == OP_LINK ? 0 : 1];
}

static int64_t act_on_object(const struct call *call)
{
    const uint64_t *number = call->request->number;
    uint64_t flags = flags_of(call->request);
    autofd object
        = resolve_object(call, STRING_PATH, flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0, flags & AT_EMPTY_PATH);

    if (object < 0 || check_object(call, object) < 0)
        return -1;
    switch (call->request->operation) {
    case OP_CHMOD:
        return syscall(SYS_fchmodat, PROC_FD, own_name(object).path, (mode_t)number[0]);
    case OP_CHOWN:
        return fchownat(object, "", (uid_t)number[0], (gid_t)number[1], AT_EMPTY_PATH);
    case OP_LOOK:
        return report_identity(0, object, "");
    default:
        if (fchdir(PROC_FD) < 0)
            return -1;
        return report_identity(change_attribute(call, own_name(object).path), object, "");
    }
}

static int64_t rename_name(const struct call *call)
{
    struct place from = {.fd = -1}, to = {.fd = -1};

    if (resolve_name(call, STRING_PATH, &from) < 0 || resolve_name(call, STRING_PATH_2, &to) < 0
        || check_names(call, &from, &to) < 0)
        return -1;
    int64_t result = syscall(SYS_renameat2, from.fd, from.last, to.fd, to.last, (unsigned)call->request->number[0]);
    /* The kernel compares the two mounts before it looks up any name. */
    if (result < 0 && errno == EACCES && (from.own || to.own) && is_procfs(from.fd) != is_procfs(to.fd))
        errno = EXDEV;
    return report_identity(result, to.fd, to.last);
}

/*
 * From Linux 6.10 on, whoever opened an object without a name may link it with AT_EMPTY_PATH. So the worker opens the
 * caller's descriptor once more, and the kernel decides. On every kernel the caller can link it through its own
 * /proc/self/fd, with AT_SYMLINK_FOLLOW.
 */
static int64_t link_object(const struct call *call)
{
    uint64_t flags = call->request->number[0];
    bool empty = flags & AT_EMPTY_PATH && *call->string[STRING_PATH] == '\0';
    struct place to = {.fd = -1};
    autofd object = resolve_object(call, STRING_PATH, flags & AT_SYMLINK_FOLLOW ? 0 : O_NOFOLLOW, empty);

    if (object < 0 || resolve_name(call, STRING_PATH_2, &to) < 0
        || check_names(call, &(struct place){.fd = object}, &to) < 0)
        return -1;
    int64_t result;
    if (!empty) {
        result = linkat(PROC_FD, own_name(object).path, to.fd, to.last, AT_SYMLINK_FOLLOW);
    } else {
        autofd opened = sys_openat2(PROC_FD, own_name(object).path, O_PATH, 0);
        result = opened < 0 ? -1 : linkat(opened, "", to.fd, to.last, AT_EMPTY_PATH);
    }
    return correct_errno(call, &to, report_identity(result, to.fd, to.last));
}

static int64_t open_file(const struct call *call)
{
    int opened = resolve_open(call);

    if (opened < 0)
        return -1;
    note_opened(call, opened);
    return deliver(call, (int)report_identity(opened, opened, ""));
}

static int64_t make_call(void *argument)
{
    struct call *call = argument;

    if (is_refused(call))
        return -1;
    switch (call->request->operation) {
    case OP_OPEN:
        return open_file(call);
    case OP_RENAME:
        return rename_name(call);
    case OP_LINK:
        return link_object(call);
    case OP_LOOK:
    case OP_CHMOD:
    case OP_CHOWN:
    case OP_SETXATTR:
    case OP_REMOVEXATTR:
        return act_on_object(call);
    default:
        return act_on_name(call);
    }
}

int64_t do_file(struct call *call)
{
    bool grants_mknod = call->request->operation == OP_MKNOD && call->request->number[2];

    if (!has_adopted() && become_caller(call, grants_mknod ? UINT64_C(1) << CAP_MKNOD : 0) < 0)
        return -1;
    note_adopted(call);
    return run_under_label(call, make_call, call);
}
