/*
 * A worker makes one call for one caller and exits. Until the request comes it is in no container; from then on the
 * step says how far it got.
 */
#include <limits.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static struct reply reply;

void at(enum step step)
{
    reply.step = step;
}

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

    if (die_with_parent(helper) < 0)
        _exit(1);
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
