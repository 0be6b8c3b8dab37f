/*
 * A worker makes one call for one caller and exits. Until the request comes it is in no container; from then on the
 * step says how far it got.
 */
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static struct reply reply;

void at(enum step step)
{
    reply.step = step;
}

/* A message that comes from the kernel at EOF or a dead agent has no reader for a reply either. */
static int64_t serve(int socket)
{
    struct call call;

    at(STEP_REQUEST);
    if (receive_call(socket, &call) < 0)
        return -1;
    switch (call.request->operation) {
    case OP_MKDIR:
        return do_mkdir(&call, &reply.missing);
    case OP_MOUNT:
        return do_mount(&call, &reply.missing);
    default:
        errno = EINVAL;
        return -1;
    }
}

void work(int socket, pid_t helper)
{
    enum { SOCKET = 0 };
    sigset_t all;

    if (die_with_parent(helper) < 0)
        _exit(1);
    /* Whoever can name a worker may not divert it: only SIGKILL and SIGSTOP are left. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    /* No descriptor of the host goes along but the worker's socket, not even stderr. */
    if (dup2(socket, SOCKET) < 0 || sys_close_range(SOCKET + 1, UINT_MAX) < 0)
        _exit(1);

    int64_t value = serve(SOCKET);
    if (value < 0)
        reply.error = errno;
    else
        reply.value = value;
    send_record(SOCKET, &reply, sizeof reply, NULL, 0);
    _exit(0);
}
