/*
 * The caller's cgroups. They decide which devices the call may reach, and are charged for what it allocates. Moving
 * into a cgroup succeeds even past its pids.max, but a fork in it can fail. A child of the worker is not the
 * container's. So if there is no room for a child, the worker leaves the cgroup for the moment of the fork, and both
 * come back.
 */
#include <unistd.h>

#include "ask.h"
#include "cgroup.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "util.h"

static bool forgotten;
static int files[FD_CGROUP_LAST - FD_CGROUP_FIRST + 1], count;

static int join(int file)
{
    return RETRY(write(file, "0", 1)) == 1 ? 0 : -1;
}

int join_cgroups(const struct call *call)
{
    enter_step(STEP_CGROUP);
    count = 0;
    for (int kind = FD_CGROUP_FIRST; kind <= FD_CGROUP_LAST; kind++)
        if (call->fd[kind] >= 0)
            files[count++] = call->fd[kind];
    return rejoin_cgroups();
}

void forget_cgroups(void)
{
    forgotten = true;
    count = 0;
}

int rejoin_cgroups(void)
{
    for (int i = 0; i < count; i++)
        if (join(files[i]) < 0)
            return -1;
    return 0;
}

bool leave_cgroups(void)
{
    int error = errno;

    if (forgotten) /* it has no way back */
        enter_step(STEP_CHANGED);
    autofd own = count > 0 ? ask_for_link(OWN_CGROUP, false) : -1;
    bool left = own >= 0 && join(own) == 0;

    errno = error;
    return left;
}
