/*
 * A worker makes one call for one caller and exits, or stays for this caller's next calls. Until the first request
 * comes it is in no container. From then on the step says how far it got.
 */
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "kernel.h"
#include "mount.h"
#include "mountcall.h"
#include "near.h"
#include "ownfd.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "stay.h"
#include "umount.h"
#include "util.h"
#include "worker.h"

/* Nobody should have to wait for the end of a process in a container that does nothing. */
#define IDLE_MILLISECONDS 50

/*
 * Ends the wait with the thread, too: whoever waits for the end of that may want to remove its cgroup next. That is
 * late if the container ends with it. From Linux 6.11 on, a task lets go of its filter before anything else, and the
 * listener shows that. So the worker goes while the last task still takes its memory and its mounts apart.
 *
 * Whoever sends a request must know whether it was received. So nothing can be sent any more before the worker looks a
 * last time.
 */
static void await_request(void)
{
    struct pollfd polled[] = {
        {.fd = SOCKET_FD, .events = POLLIN},
        {.fd = adopted_thread(), .events = POLLIN},
        {.fd = adopted_ending(), .events = POLLIN},
    };

    RETRY(poll(polled, sizeof polled / sizeof *polled, IDLE_MILLISECONDS));
    if (polled[0].revents == 0)
        shutdown(SOCKET_FD, SHUT_RD);
}

/* The last request may come once more. */
static void receive_next(struct call *call)
{
    enter_step(STEP_REQUEST);
    while (true) {
        if (receive_call(SOCKET_FD, call, !has_adopted()) < 0)
            report_result(-1);
        if (!is_reported(call->request))
            break;
        let_go();
    }
    begin_report(call->request);
}

static int64_t serve(struct call *call)
{
    if (has_adopted())
        return stay_caller(call) < 0 ? -1 : do_file(call);
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

    for (;;) {
        struct call call = {0};
        receive_next(&call);
        int64_t result = serve(&call);
        if (!may_stay(&call))
            report_result(result);
        report_and_stay(result);
        stay_near_agent(call.request->processor);
        await_request();
    }
}
