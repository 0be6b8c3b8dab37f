/* Unlike a runtime, who takes over stays: so one that is gone is refused. */
#include <linux/capability.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel.h"
#include "peer.h"
#include "procstat.h"
#include "util.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5 */
#endif

static bool is_in_own_user_namespace(pid_t pid)
{
    struct stat own, its;
    char path[40];

    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    return stat("/proc/self/ns/user", &own) == 0 && stat(path, &its) == 0 && own.st_dev == its.st_dev
        && own.st_ino == its.st_ino;
}

/* All that was seen is that of the process with this pidfd, if that is still there afterwards. */
static bool is_administrator(pid_t pid, uid_t uid, int pidfd)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = pid};
    struct __user_cap_data_struct data[2] = {0};

    return uid == 0 && pid > 0 && pidfd >= 0 && syscall(SYS_capget, &header, data) == 0
        && (data[0].effective & (1U << CAP_SYS_ADMIN)) && is_in_own_user_namespace(pid)
        && sys_pidfd_send_signal(pidfd, 0) == 0;
}

bool is_peer_administrator(int connection)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials, pidfd_size = sizeof(int);
    int pidfd_out = -1;

    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return false;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERPIDFD, &pidfd_out, &pidfd_size) < 0 && errno != ENOPROTOOPT)
        return false;
    autofd pidfd = pidfd_out >= 0 ? pidfd_out : sys_pidfd_open(credentials.pid);
    return is_administrator(credentials.pid, credentials.uid, pidfd);
}

int open_administrator(pid_t pid, uid_t uid, uint64_t before)
{
    struct process process;
    autofd pidfd = pid > 0 ? sys_pidfd_open(pid) : -1;

    if (pidfd < 0 || !look_at(pid, &process) || process.started >= before || !is_administrator(pid, uid, pidfd))
        return -1;
    return release_fd(&pidfd);
}
