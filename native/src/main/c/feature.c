/*
 * The features mode. It tries what the agent uses of the kernel, each in a process that ends, and tells what came of
 * it. It lives for a few seconds at most, and leaves nothing behind.
 */
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "feature.h"
#include "kernel.h"
#include "protocol.h"
#include "trymount.h"
#include "tryseccomp.h"
#include "util.h"

#define SECONDS 15
#define SYS_statmount_here 457
#define STATMOUNT_BASIC 2
#define PIDFD_THREAD_FLAG 0200
#define PEER_PIDFD 77
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

struct pidfd_information {
    uint64_t mask, cgroup;
    uint32_t ids[12];
};
#define GET_INFORMATION _IOWR(0xff, 11, struct pidfd_information)

struct statmount_request {
    uint32_t size, unused;
    uint64_t mount, parameter;
};

static const struct {
    enum feature feature;
    int flag;
} namespaces[] = {
    {FEATURE_MOUNT_NAMESPACE, CLONE_NEWNS},
    {FEATURE_PID_NAMESPACE, CLONE_NEWPID},
    {FEATURE_NETWORK_NAMESPACE, CLONE_NEWNET},
    {FEATURE_IPC_NAMESPACE, CLONE_NEWIPC},
    {FEATURE_UTS_NAMESPACE, CLONE_NEWUTS},
    {FEATURE_CGROUP_NAMESPACE, CLONE_NEWCGROUP},
    {FEATURE_USER_NAMESPACE, CLONE_NEWUSER},
    {FEATURE_TIME_NAMESPACE, CLONE_NEWTIME},
};

static int32_t error_of(long outcome)
{
    return outcome < 0 ? errno : 0;
}

static int32_t try_namespace(int flag)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(unshare(flag) < 0 ? errno : 0);
    if (child < 0 || RETRY(waitpid(child, &status, 0)) < 0)
        return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static int32_t try_peer_pidfd(void)
{
    int ends[2], pidfd = -1;
    socklen_t size = sizeof pidfd;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return errno;
    int32_t error = error_of(getsockopt(ends[0], SOL_SOCKET, PEER_PIDFD, &pidfd, &size));
    close(ends[0]);
    close(ends[1]);
    close_fd(&pidfd);
    return error;
}

static int32_t try_statmount(void)
{
    struct statx found;
    char buffer[4096];

    if (syscall(SYS_statx, AT_FDCWD, "/", 0, STATX_MNT_ID_UNIQUE, &found) < 0)
        return errno;
    struct statmount_request request
        = {.size = sizeof request, .mount = found.stx_mnt_id, .parameter = STATMOUNT_BASIC};
    return error_of(syscall(SYS_statmount_here, &request, buffer, sizeof buffer, 0));
}

static void try_pidfds(int32_t result[FEATURES])
{
    struct pidfd_information information = {.mask = 1};
    autofd thread = (int)syscall(SYS_pidfd_open, getpid(), PIDFD_THREAD_FLAG);
    result[FEATURE_PIDFD_THREAD] = error_of(thread);
    autofd process = sys_pidfd_open(getpid());
    result[FEATURE_PIDFD_INFO] = process < 0 ? errno : error_of(ioctl(process, GET_INFORMATION, &information));
}

/* The child writes to shared memory: it may be in other namespaces in the end. */
static void try_mounts_in_child(int32_t result[FEATURES])
{
    size_t size = FEATURES * sizeof *result;
    int32_t *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t parent = getpid();

    if (shared == MAP_FAILED) {
        result[FEATURE_PROC_MOUNT] = errno;
        return;
    }
    memcpy(shared, result, size);
    pid_t child = fork();
    if (child == 0) {
        if (die_with_parent(parent) == 0)
            try_mounts(shared);
        while (RETRY(wait(NULL)) > 0)
            continue; /* lock.c does not wait for its process, which would be left to process 1 */
        _exit(0);
    }
    if (child > 0)
        RETRY(waitpid(child, NULL, 0));
    memcpy(result, shared, size);
    if (child < 0)
        result[FEATURE_PROC_MOUNT] = errno;
}

int try_features(void)
{
    int32_t result[FEATURES];

    alarm(SECONDS);
    for (int i = 0; i < FEATURES; i++)
        result[i] = NOT_TRIED;
    try_seccomp(result);
    try_pidfds(result);
    result[FEATURE_PEER_PIDFD] = try_peer_pidfd();
    result[FEATURE_STATMOUNT] = try_statmount();
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        result[namespaces[i].feature] = try_namespace(namespaces[i].flag);
    try_mounts_in_child(result);
    return send_record(CONTROL_FD, result, sizeof result, NULL, 0) < 0;
}
