/* Unlike a runtime, who takes over stays: so one that is gone is refused. */
#include <linux/capability.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel.h"
#include "peer.h"
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

/* All that was seen is the peer's if that is still there afterwards. */
bool is_peer_administrator(int connection)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials, pidfd_size = sizeof(int);
    int pidfd_out = -1;

    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0 || credentials.uid != 0
        || credentials.pid <= 0)
        return false;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERPIDFD, &pidfd_out, &pidfd_size) < 0 && errno != ENOPROTOOPT)
        return false;
    autofd pidfd = pidfd_out >= 0 ? pidfd_out : sys_pidfd_open(credentials.pid);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = credentials.pid};
    struct __user_cap_data_struct data[2] = {0};
    return pidfd >= 0 && syscall(SYS_capget, &header, data) == 0 && (data[0].effective & (1U << CAP_SYS_ADMIN))
        && is_in_own_user_namespace(credentials.pid) && sys_pidfd_send_signal(pidfd, 0) == 0;
}
