/*
 * Workers that stay. A worker that has become a thread makes that thread's next calls while the thread is proven to be
 * what it was: at each call its status, namespaces, root, working folder and cgroups are read after the notification
 * was received and before its id is checked. Meanwhile the thread waits in the kernel. If anything differs, the next
 * worker becomes the thread anew. What stays open here is the thread's /proc/TID, which keeps nothing of the container.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference.h"

#define KEPT 64

enum place { ROOT, CWD, NS_MNT, NS_USER, NS_PID, PLACES };
static const char *const names[] = {"root", "cwd", "ns/mnt", "ns/user", "ns/pid"};

/* What a worker has become, as far as it can change. */
struct world {
    struct caller caller;
    struct {
        uint64_t mount, inode;
        uint32_t major, minor;
    } places[PLACES];
    char cgroups[2048];
};

/* index: the thread's id, modulo KEPT */
static struct kept {
    pid_t thread; /* 0: none */
    int worker, folder, status, cgroups;
    struct world world;
} kept[KEPT];

static bool look_at(int folder, const char *name, struct world *world, enum place place)
{
    struct statx seen;

    if (statx(folder, name, *name ? 0 : AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &seen) < 0)
        return false;
    world->places[place].mount = seen.stx_mnt_id;
    world->places[place].inode = seen.stx_ino;
    world->places[place].major = seen.stx_dev_major;
    world->places[place].minor = seen.stx_dev_minor;
    return true;
}

/* fds: what the worker becomes the caller with, or NULL if it has. A sibling can change both folders in between. */
static bool read_world(const struct kept *entry, const int *fds, struct world *world)
{
    for (enum place place = 0; place < PLACES; place++) {
        bool is_open = fds && place <= CWD;
        int folder = is_open ? fds[place == ROOT ? FD_ROOT : FD_CWD] : entry->folder;
        if (!look_at(folder, is_open ? "" : names[place], world, place))
            return false;
    }
    memset(world->cgroups, 0, sizeof world->cgroups);
    return read_again(entry->cgroups, world->cgroups, sizeof world->cgroups) > 0
        && read_caller(entry->status, entry->folder, &world->caller);
}

static void drop(struct kept *entry)
{
    if (entry->thread == 0)
        return;
    entry->thread = 0;
    close(entry->worker);
    close(entry->folder);
    close(entry->status);
    close(entry->cgroups);
}

static long begin(struct kept *entry, int listener, const struct seccomp_notif *notification, struct order *order)
{
    pid_t thread = (pid_t)notification->pid;
    int fds[ORDER_FDS] = {-1, -1, -1, -1, -1, -1}, count = open_caller(thread, fds);
    long result = -EIO;

    entry->thread = thread;
    entry->folder = open_file(thread, "", O_PATH);
    entry->status = open_file(thread, "status", O_RDONLY);
    entry->cgroups = open_file(thread, "cgroup", O_RDONLY);
    entry->worker = take_worker();
    if (count >= 0 && read_world(entry, fds, &entry->world) && is_valid(listener, notification)) {
        order->caller = entry->world.caller;
        result = command_worker(entry->worker, order, fds, count);
    }
    close_caller(fds);
    if (result == -EIO || result == 1)
        drop(entry);
    return result == 1 ? -EIO : result;
}

long carry_kept(int listener, const struct seccomp_notif *notification, struct order *order)
{
    static struct world now;
    struct kept *entry = &kept[notification->pid % KEPT];

    if (entry->thread == (pid_t)notification->pid && read_world(entry, NULL, &now)
        && memcmp(&now, &entry->world, sizeof now) == 0) {
        if (!is_valid(listener, notification))
            return -EIO;
        int result = command_worker(entry->worker, order, NULL, 0);
        if (result <= 0)
            return result;
    }
    drop(entry);
    return begin(entry, listener, notification, order);
}
