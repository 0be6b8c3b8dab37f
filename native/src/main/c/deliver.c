/*
 * The worker, and not the agent, gives the caller what was opened. The caller chose the file, and closing it may take
 * for ever, even through SIGKILL. So only a process that may be lost has the file.
 *
 * Whoever has the listener could answer the calls of the caller's own container. A container cannot take it from a
 * worker, because the worker is not dumpable. That would take CAP_SYS_PTRACE in the agent's user namespace and a view
 * of the agent's processes.
 */
#include <fcntl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>

#include "deliver.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "turns.h"

struct delivery {
    int listener;
    struct seccomp_notif_addfd descriptor;
};

static int add_descriptor(void *argument)
{
    struct delivery *delivery = argument;

    return ioctl(delivery->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &delivery->descriptor);
}

int deliver(const struct call *call, int opened)
{
    const uint64_t *number = call->request->number;
    struct delivery delivery = {.listener = call->fd[FD_LISTENER],
        .descriptor = {.id = number[3], .srcfd = (uint32_t)opened, .newfd_flags = (uint32_t)(number[0] & O_CLOEXEC)}};

    enter_step(STEP_DELIVER);
    int given = run_without_label(add_descriptor, &delivery); /* the caller's profile is only for its own acts */
    if (given >= 0)
        enter_step(STEP_CALL);
    return given;
}
