/*
 * What was opened is given to the caller by the worker, and not by the agent: the caller chose the file, and to close
 * it may take for ever, through SIGKILL too. So no process has it that may not be lost.
 *
 * The listener would let whoever has it answer the calls of the caller's own container. A container cannot take it out
 * of a worker, which is not dumpable: that takes CAP_SYS_PTRACE in the agent's user namespace, and to see the agent's
 * processes.
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
    int given = run_without_label(add_descriptor, &delivery); /* the caller's profile is for what the caller does */
    if (given >= 0)
        enter_step(STEP_CALL);
    return given;
}
