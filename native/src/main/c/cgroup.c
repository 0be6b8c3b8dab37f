/* The caller's cgroups: they decide which devices the call may reach, and are charged for what it allocates. */
#include <unistd.h>

#include "helper.h"
#include "util.h"

int join_cgroups(struct call *call)
{
    at(STEP_CGROUP);
    for (int kind = FD_CGROUP_FIRST; kind <= FD_CGROUP_LAST; kind++) {
        if (call->fd[kind] >= 0 && RETRY(write(call->fd[kind], "0", 1)) != 1)
            return -1;
        close_fd(&call->fd[kind]);
    }
    return 0;
}
