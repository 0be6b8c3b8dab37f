/*
 * A worker makes one call for one caller and exits. Until the request comes it is in no container; from then on the
 * step says how far it got.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

#define LINK_NAME_MAX 32

static struct reply reply;

void at(enum step step)
{
    reply.step = step;
}

struct own_name own_name(int fd)
{
    struct own_name name;

    snprintf(name.path, sizeof name.path, "self/fd/%d", fd);
    return name;
}

const char *name_below_root(int fd)
{
    static char name[PATH_MAX];
    ssize_t length = readlinkat(PROC_FD, own_name(fd).path, name, sizeof name - 1);

    name[length < 0 ? 0 : length] = '\0';
    return length < 0 ? NULL : name;
}

struct question {
    struct reply reply;
    char name[LINK_NAME_MAX];
};

static int ask(void *argument)
{
    const struct question *question = argument;
    size_t length = strnlen(question->name, LINK_NAME_MAX), fd_count;
    struct link answer;
    int fd = -1;

    if (send_record(SOCKET_FD, question, sizeof question->reply + length, NULL, 0) < 0
        || receive_record(SOCKET_FD, &answer, sizeof answer, &fd, 1, &fd_count) != sizeof answer)
        _exit(1); /* the agent has gone, or is none */
    if (answer.error == 0 && fd_count == 1)
        return fd;
    errno = answer.error != 0 ? answer.error : EIO;
    return -1;
}

int ask_for_link(const char *name, bool of_thread)
{
    struct question question = {.reply = {.step = STEP_LINK, .value = of_thread, .missing = reply.missing}};
    size_t length = strlen(name);

    if (length > LINK_NAME_MAX) {
        errno = ENOENT;
        return -1;
    }
    memcpy(question.name, name, length);
    return without_label(ask, &question);
}

int64_t identified(int64_t result, const struct place *place)
{
    struct statx found;
    int error = errno;
    const char *name = place->last ? place->last : "";
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC; /* a FUSE daemon may be the caller, who waits */

    if ((result >= 0 || error == EEXIST || error == ENOENT || error == ENODATA)
        && syscall(SYS_statx, place->fd, name, flags, STATX_INO | STATX_BTIME, &found) == 0) {
        reply.device = (uint64_t)found.stx_dev_major << 32 | found.stx_dev_minor;
        reply.inode = found.stx_ino;
        if (found.stx_mask & STATX_BTIME)
            reply.birth_nanoseconds = found.stx_btime.tv_sec * 1000000000 + found.stx_btime.tv_nsec;
    }
    errno = error;
    return result;
}

void has_device(uint64_t device)
{
    reply.device = device;
}

/* With this the worker lets go of all that is the caller's, its cgroups last. The agent waits for that, see protocol.h. */
static void answer(void) __attribute__((noreturn));
static void answer(void)
{
    send_record(SOCKET_FD, &reply, sizeof reply, NULL, 0);
    _exit(0);
}

void fail_now(int error)
{
    reply.error = error;
    answer();
}

static int64_t serve(struct call *call)
{
    at(STEP_REQUEST);
    if (receive_call(SOCKET_FD, call) < 0)
        return -1;
    know_starts(call);
    switch (call->request->operation) {
    case OP_MOUNT:
        return do_mount(call, &reply.missing);
    case OP_MOUNT_CALL:
        return do_mount_call(call, &reply.missing);
    case OP_UMOUNT:
        return do_umount(call, &reply.missing);
    default:
        return do_file(call, &reply.missing);
    }
}

void work(int socket, pid_t helper)
{
    if (die_with_parent(helper) < 0)
        _exit(1);
    /* No descriptor of the host goes along but the worker's socket, not even stderr. */
    if (dup2(socket, SOCKET_FD) < 0 || sys_close_range(PROC_FD + 1, LOCK_FD - 1) < 0
        || sys_close_range(LOCK_FD + 1, UINT_MAX) < 0)
        _exit(1);

    struct call call = {0};
    int64_t value = serve(&call);
    if (value < 0)
        reply.error = errno;
    else
        reply.value = value;
    answer();
}
