/* What the worker reports: how far it got, which file it found, and in the end the result. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"
#include "ownfd.h"
#include "protocol.h"
#include "report.h"
#include "util.h"

static struct reply reply;
static bool holds;

void begin_report(const struct request *request)
{
    reply = (struct reply){.missing = reply.missing, .call = request->call, .index = request->index};
}

bool is_reported(const struct request *request)
{
    return reply.call == request->call && reply.index == request->index;
}

void enter_step(enum step step)
{
    reply.step = step;
}

enum step reported_step(void)
{
    return (enum step)reply.step;
}

int64_t report_identity(int64_t result, int directory, const char *name)
{
    struct statx found;
    int error = errno;
    int flags
        = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_STATX_DONT_SYNC; /* the FUSE daemon may be the caller, who waits */

    if ((result >= 0 || error == EEXIST || error == ENOENT || error == ENODATA)
        && syscall(SYS_statx, directory, name, flags, STATX_INO | STATX_BTIME, &found) == 0) {
        reply.device = (uint64_t)found.stx_dev_major << 32 | found.stx_dev_minor;
        reply.inode = found.stx_ino;
        if (found.stx_mask & STATX_BTIME)
            reply.birth_nanoseconds = found.stx_btime.tv_sec * 1000000000 + found.stx_btime.tv_nsec;
    }
    errno = error;
    return result;
}

void report_device(uint64_t device)
{
    reply.device = device;
}

void report_missing(uint64_t capabilities)
{
    reply.missing = capabilities;
}

struct reply make_question(enum step step, int64_t value)
{
    return (struct reply){
        .step = step, .value = value, .missing = reply.missing, .call = reply.call, .index = reply.index};
}

static void set_result(int64_t result)
{
    if (result < 0)
        reply.error = errno;
    else
        reply.value = result;
}

static void send_reply(void)
{
    if (send_record(SOCKET_FD, &reply, sizeof reply, NULL, 0) < 0)
        _exit(1);
}

void note_held(void)
{
    holds = true;
}

bool holds_something(void)
{
    return holds;
}

void let_go(void)
{
    if (sys_close_range(PROC_FD + 1, ENDING_FD - 1) < 0 || sys_close_range(THREAD_FD + 1, UINT_MAX) < 0)
        _exit(1);
}

void report_and_stay(int64_t result)
{
    set_result(result);
    let_go();
    reply.stays = 1;
    send_reply();
}

/* The exit lets go of everything that is the caller's, its cgroups last. The agent waits for that, see protocol.h. */
static void answer(void) __attribute__((noreturn));
static void answer(void)
{
    send_reply();
    _exit(0);
}

void fail_now(int error)
{
    reply.error = error;
    answer();
}

void report_result(int64_t result)
{
    set_result(result);
    answer();
}
