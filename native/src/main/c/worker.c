/*
 * A worker makes one call for one caller and exits. Until the request comes it is in no container. From then on the
 * step says how far it got.
 */
#include <limits.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mount.h"
#include "mountcall.h"
#include "ownfd.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "umount.h"
#include "util.h"
#include "worker.h"

static int64_t serve(struct call *call)
{
    enter_step(STEP_REQUEST);
    if (receive_call(SOCKET_FD, call) < 0)
        return -1;
    find_starts(call);
    switch (call->request->operation) {
    case OP_MOUNT:
        return do_mount(call);
    case OP_MOUNT_CALL:
        return do_mount_call(call);
    case OP_UMOUNT:
        return do_umount(call);
    default:
        return do_file(call);
    }
}

void run_worker(int socket)
{
    /* The worker keeps no descriptor of the host except its socket, not even stderr. */
    if (dup2(socket, SOCKET_FD) < 0 || sys_close_range(PROC_FD + 1, FIRST_HIGH_FD - 1) < 0
        || sys_close_range(LAST_HIGH_FD + 1, UINT_MAX) < 0)
        _exit(1);

    struct call call = {0};
    report_result(serve(&call));
}
