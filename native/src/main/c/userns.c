/*
 * New user namespaces.
 */
#include <signal.h>
#include <unistd.h>

#include "kernel.h"
#include "userns.h"
#include "util.h"

int with_user_namespace(int (*use)(pid_t process), pid_t *child)
{
    int pidfd_out = -1;
    pid_t self = getpid();

    *child = sys_fork(CLONE_NEWUSER | CLONE_NEWNS, &pidfd_out);
    if (*child == 0) {
        if (die_with_parent(self) == 0)
            pause();
        _exit(1);
    }
    if (*child < 0)
        return -1;
    autofd pidfd = pidfd_out;
    int result = use(*child), error = errno;
    sys_pidfd_send_signal(pidfd, SIGKILL);
    errno = error;
    return result;
}
