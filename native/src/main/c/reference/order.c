/*
 * What a worker is asked to do. It is read from the caller's memory and from its files in /proc, and checked to be the
 * caller's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "reference.h"

#define PIDFD_THREAD O_EXCL

static int read_string(pid_t thread, uint64_t address, char *out, size_t size)
{
    size_t length = 0;

    while (length < size) {
        size_t page = 4096 - (address + length) % 4096, most = page < size - length ? page : size - length;
        struct iovec local = {out + length, most}, remote = {(void *)(address + length), most};
        ssize_t got = process_vm_readv(thread, &local, 1, &remote, 1, 0);
        if (got <= 0)
            return -EFAULT;
        if (memchr(out + length, '\0', (size_t)got))
            return 0;
        length += (size_t)got;
    }
    return -ENAMETOOLONG;
}

static ssize_t read_file(pid_t thread, const char *name, char *out, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", thread, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t length = read(fd, out, size - 1);
    close(fd);
    out[length < 0 ? 0 : length] = '\0';
    return length;
}

static int open_file(pid_t thread, const char *name, int flags)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", thread, name);
    return open(path, flags | O_CLOEXEC);
}

static const char *field(const char *status, const char *name)
{
    const char *found = strstr(status, name);

    return found ? found + strlen(name) : "";
}

static bool read_status(pid_t thread, struct order *order)
{
    static char status[8192];
    char *end;

    if (read_file(thread, "status", status, sizeof status) <= 0)
        return false;
    sscanf(field(status, "\nUmask:"), "%o", &order->umask);
    sscanf(field(status, "\nUid:"), "%u %u %u %u", &order->uid[0], &order->uid[1], &order->uid[2], &order->uid[3]);
    sscanf(field(status, "\nGid:"), "%u %u %u %u", &order->gid[0], &order->gid[1], &order->gid[2], &order->gid[3]);
    order->effective = strtoull(field(status, "\nCapEff:"), NULL, 16);
    order->no_new_privs = (uint32_t)atoi(field(status, "\nNoNewPrivs:"));
    const char *groups = field(status, "\nGroups:");
    for (order->group_count = 0; order->group_count < 32; order->group_count++, groups = end) {
        groups += strspn(groups, " \t");
        unsigned long group = strtoul(groups, &end, 10);
        if (end == groups)
            break;
        order->groups[order->group_count] = (uint32_t)group;
    }
    return true;
}

static bool in_other_user_namespace(pid_t thread)
{
    static struct stat own;
    struct stat theirs;
    char path[64];

    if (own.st_ino == 0)
        stat("/proc/self/ns/user", &own);
    snprintf(path, sizeof path, "/proc/%d/ns/user", thread);
    return stat(path, &theirs) == 0 && theirs.st_ino != own.st_ino;
}

/* The two cgroups of v1 that matter, or otherwise the one of v2. */
static int open_cgroups(pid_t thread, int *fds)
{
    static const char *const controllers[] = {":devices:", ":memory:"};
    char cgroups[4096], path[4200];
    int count = 0;

    if (read_file(thread, "cgroup", cgroups, sizeof cgroups) <= 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        const char *found = field(cgroups, controllers[i]);
        if (*found != '/' || found[1] == '\n')
            continue;
        snprintf(path, sizeof path, "/sys/fs/cgroup/%s%.*s/tasks", i ? "memory" : "devices", (int)strcspn(found, "\n"),
            found);
        fds[count] = open(path, O_WRONLY | O_CLOEXEC);
        if (fds[count] < 0)
            return -1;
        count++;
    }
    const char *unified = field(cgroups, "0::");
    if (count == 0 && *unified == '/' && unified[1] != '\n') {
        snprintf(path, sizeof path, "/sys/fs/cgroup%.*s/cgroup.procs", (int)strcspn(unified, "\n"), unified);
        fds[count] = open(path, O_WRONLY | O_CLOEXEC);
        if (fds[count] >= 0)
            count++;
    }
    return count;
}

static bool is_proc(pid_t thread, uint64_t address)
{
    char type[16];

    return read_string(thread, address, type, sizeof type) == 0 && strcmp(type, "proc") == 0;
}

static long carry(const struct order *order, const int *fds, int count)
{
    int result = -EIO, worker = take_worker();

    if (send_with_fds(worker, order, offsetof(struct order, path) + strlen(order->path) + 1, fds, count) < 0
        || read(worker, &result, sizeof result) != sizeof result)
        result = -EIO;
    close(worker);
    return result;
}

long on_behalf(int listener, const struct seccomp_notif *notification, enum call call, int path_argument, int suffix)
{
    static struct order order;
    pid_t thread = (pid_t)notification->pid;
    int fds[ORDER_FDS] = {-1, -1, -1, -1, -1, -1}, count = FD_CGROUPS;
    long result;

    memset(&order, 0, offsetof(struct order, path));
    order.call = call;
    if (call == CALL_MOUNT && !is_proc(thread, notification->data.args[2]))
        return -EPERM;
    result = read_string(thread, notification->data.args[path_argument], order.path, 4096);
    if (result < 0)
        return result;
    if (suffix)
        sprintf(order.path + strlen(order.path), "-pid-%d", suffix);
    order.mode = (uint32_t)notification->data.args[path_argument + 1];
    fds[FD_PIDFD] = (int)syscall(SYS_pidfd_open, thread, PIDFD_THREAD);
    fds[FD_ROOT] = open_file(thread, "root", O_PATH);
    fds[FD_CWD] = open_file(thread, "cwd", O_PATH);
    fds[FD_PID_NS] = open_file(thread, "ns/pid", O_RDONLY);
    order.other_user_namespace = in_other_user_namespace(thread);
    int cgroups = open_cgroups(thread, fds + FD_CGROUPS);
    count += cgroups;
    bool ready = cgroups >= 0 && read_status(thread, &order)
        && ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notification->id) == 0;
    result = ready ? carry(&order, fds, count) : -EIO;
    for (int i = 0; i < ORDER_FDS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return result;
}
