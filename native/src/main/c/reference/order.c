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

ssize_t read_again(int fd, char *out, size_t size)
{
    ssize_t length = pread(fd, out, size - 1, 0);

    out[length < 0 ? 0 : length] = '\0';
    return length;
}

int open_file(pid_t thread, const char *name, int flags)
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

static bool is_other_user_namespace(int folder)
{
    static struct stat own;
    struct stat theirs;

    if (own.st_ino == 0)
        stat("/proc/self/ns/user", &own);
    return fstatat(folder, "ns/user", &theirs, 0) == 0 && theirs.st_ino != own.st_ino;
}

bool read_caller(int status_fd, int folder, struct caller *caller)
{
    static char status[8192];
    char *end;

    memset(caller, 0, sizeof *caller);
    if (read_again(status_fd, status, sizeof status) <= 0)
        return false;
    sscanf(field(status, "\nUmask:"), "%o", &caller->umask);
    sscanf(field(status, "\nUid:"), "%u %u %u %u", &caller->uid[0], &caller->uid[1], &caller->uid[2], &caller->uid[3]);
    sscanf(field(status, "\nGid:"), "%u %u %u %u", &caller->gid[0], &caller->gid[1], &caller->gid[2], &caller->gid[3]);
    caller->effective = strtoull(field(status, "\nCapEff:"), NULL, 16);
    caller->no_new_privs = (uint32_t)atoi(field(status, "\nNoNewPrivs:"));
    const char *groups = field(status, "\nGroups:");
    for (; caller->group_count < 32; caller->group_count++, groups = end) {
        groups += strspn(groups, " \t");
        unsigned long group = strtoul(groups, &end, 10);
        if (end == groups)
            break;
        caller->groups[caller->group_count] = (uint32_t)group;
    }
    caller->other_user_namespace = is_other_user_namespace(folder);
    return true;
}

/* The two cgroups of v1 that matter, or otherwise the one of v2. */
static int open_cgroups(pid_t thread, int *fds)
{
    static const char *const controllers[] = {":devices:", ":memory:"};
    char cgroups[4096], path[4200];
    int count = 0;

    int file = open_file(thread, "cgroup", O_RDONLY);
    bool is_read = file >= 0 && read_again(file, cgroups, sizeof cgroups) > 0;
    if (file >= 0)
        close(file);
    if (!is_read)
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

int open_caller(pid_t thread, int *fds)
{
    fds[FD_PIDFD] = (int)syscall(SYS_pidfd_open, thread, PIDFD_THREAD);
    fds[FD_ROOT] = open_file(thread, "root", O_PATH);
    fds[FD_CWD] = open_file(thread, "cwd", O_PATH);
    fds[FD_PID_NS] = open_file(thread, "ns/pid", O_RDONLY);
    int cgroups = open_cgroups(thread, fds + FD_CGROUPS);
    return cgroups < 0 || fds[FD_PIDFD] < 0 || fds[FD_ROOT] < 0 || fds[FD_CWD] < 0 ? -1 : FD_CGROUPS + cgroups;
}

void close_caller(int *fds)
{
    for (int i = 0; i < ORDER_FDS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

bool is_valid(int listener, const struct seccomp_notif *notification)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notification->id) == 0;
}

long carry_once(int listener, const struct seccomp_notif *notification, struct order *order)
{
    pid_t thread = (pid_t)notification->pid;
    int fds[ORDER_FDS] = {-1, -1, -1, -1, -1, -1}, count = open_caller(thread, fds);
    int folder = open_file(thread, "", O_PATH), status = open_file(thread, "status", O_RDONLY);
    bool ready = count >= 0 && read_caller(status, folder, &order->caller) && is_valid(listener, notification);
    long result = -EIO;

    close(status);
    close(folder);
    if (ready) {
        int worker = take_worker();
        result = command_worker(worker, order, fds, count);
        close(worker);
    }
    close_caller(fds);
    return result;
}

long on_behalf(int listener, const struct seccomp_notif *notification, enum call call, int path_argument, int suffix)
{
    static struct order order;
    pid_t thread = (pid_t)notification->pid;

    order.call = call;
    if (call == CALL_MOUNT && !is_proc(thread, notification->data.args[2]))
        return -EPERM;
    long result = read_string(thread, notification->data.args[path_argument], order.path, 4096);
    if (result < 0)
        return result;
    if (suffix)
        sprintf(order.path + strlen(order.path), "-pid-%d", suffix);
    order.mode = (uint32_t)notification->data.args[path_argument + 1];
    order.stays = keeps_workers && call == CALL_MKDIR;
    return order.stays ? carry_kept(listener, notification, &order) : carry_once(listener, notification, &order);
}
