/*
 * An agent that was killed and does not end. A thread of it waits in the kernel, even through SIGKILL, for a file
 * system whose daemon does not answer. Until that thread is gone, nobody is told of the end, all files stay open, and
 * all children stay where they are.
 */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "corpse.h"
#include "kernel.h"
#include "procstat.h"
#include "protocol.h"
#include "store.h"
#include "util.h"

/* SIGKILL is pending for each thread until that thread runs again, and then it ends. */
bool is_dying(pid_t pid, int *status)
{
    struct process process;

    if (!look_at(pid, &process) || (process.state != 'Z' && !(process.pending & UINT64_C(1) << (SIGKILL - 1))))
        return false;
    *status = process.state == 'Z' ? process.status : SIGKILL;
    return true;
}

/* The other end of such a socket can see that it has a name. */
static void name_kept_sockets(void)
{
    struct sockaddr unnamed = {.sa_family = AF_UNIX};

    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++)
        bind(fd, &unnamed, sizeof unnamed.sa_family); /* fails for all that is no socket */
}

/* If that cannot be known, it is not kept: whoever is killed by mistake is replaced. */
static bool is_kept(int pidfd)
{
    struct sockaddr_storage name = {0};
    socklen_t size = sizeof name;
    autofd control = sys_pidfd_getfd(pidfd, CONTROL_FD);

    return control >= 0 && getpeername(control, (struct sockaddr *)&name, &size) == 0 && size > sizeof name.ss_family;
}

static bool is_left_by(pid_t pid, pid_t corpse)
{
    struct process process;

    return look_at(pid, &process) && (process.parent == corpse || process.parent == getpid())
        && (strcmp(process.name, ACCEPTOR_NAME) == 0 || strcmp(process.name, RECEIVER_NAME) == 0);
}

void kill_left(pid_t corpse, bool spares_kept)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;

    if (!processes)
        return;
    if (spares_kept)
        name_kept_sockets();
    while ((entry = readdir(processes))) {
        pid_t pid = atoi(entry->d_name);
        autofd pidfd = pid > 0 ? sys_pidfd_open(pid) : -1;
        if (pidfd >= 0 && is_left_by(pid, corpse) && !(spares_kept && is_kept(pidfd)))
            sys_pidfd_send_signal(pidfd, SIGKILL);
    }
    closedir(processes);
}
