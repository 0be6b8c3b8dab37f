/*
 * Which ids the caller has in a procfs. A procfs shows one pid namespace, and a process has an id in its own namespace
 * and in all above.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "identity.h"
#include "kernel.h"
#include "procfs.h"
#include "protocol.h"
#include "request.h"
#include "util.h"

#define PROC_ROOT_INODE 1

bool is_procfs(int fd)
{
    struct file_handle none = {.handle_bytes = 0};
    struct statfs found;
    int id;

    /*
     * A statfs of FUSE asks its daemon, which may be the caller, who waits. A file system with file handles is no
     * procfs.
     */
    if (name_to_handle_at(fd, "", &none, &id, AT_EMPTY_PATH) == 0 || errno == EOVERFLOW)
        return false;
    return fstatfs(fd, &found) == 0 && found.f_type == PROC_SUPER_MAGIC;
}

bool is_proc_root(int fd)
{
    struct stat found;

    return fstat(fd, &found) == 0 && found.st_ino == PROC_ROOT_INODE;
}

/* The status of a process with as many groups as there can be has this size. */
static char status[1 << 20];

/*
 * Before the worker is the caller, it may open anything. So it must not open what the container has mounted over a file
 * of the procfs, for example a device that the caller may not open.
 */
static bool read_status(int proc_root, uint32_t id)
{
    char name[24];
    size_t length = 0;
    ssize_t size;

    snprintf(name, sizeof name, "%u/status", id);
    autofd file = sys_openat2(proc_root, name, O_RDONLY, RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    if (file < 0)
        return false;
    while ((size = RETRY(read(file, status + length, sizeof status - 1 - length))) > 0)
        length += (size_t)size;
    status[length] = '\0';
    return true;
}

/* Writes the ids from this level down to the caller's own, in the form of status. */
static void write_ids(const struct request *request, uint32_t level, char *line, size_t size)
{
    size_t length = (size_t)snprintf(line, size, "\nNSpid:");

    for (uint32_t i = level; i < request->pid_levels; i++)
        length += (size_t)snprintf(line + length, size - length, "\t%u", request->process_id[i]);
    snprintf(line + length, size - length, "\n");
}

static bool exists(int proc_root, uint32_t id)
{
    char name[16];

    snprintf(name, sizeof name, "%u", id);
    autofd directory = sys_openat2(proc_root, name, O_PATH | O_DIRECTORY, RESOLVE_NO_XDEV);
    return directory >= 0;
}

/*
 * The search begins at the outermost level. A low id of an inner level may well be the id of another process further
 * out. If hidepid hides the status, the procfs is most likely the caller's own.
 */
static int look_for_level(const struct request *request, int proc_root)
{
    char line[16 + PID_LEVELS_MAX * 11];
    int innermost = (int)request->pid_levels - 1;

    for (int level = 0; level <= innermost; level++) {
        if (!read_status(proc_root, request->process_id[level])) {
            if (level == innermost && exists(proc_root, request->process_id[level]))
                return level;
            continue;
        }
        write_ids(request, (uint32_t)level, line, sizeof line);
        if (strstr(status, line) != NULL)
            return level;
    }
    return -1;
}

static struct {
    dev_t device;
    int level;
} known[8];
static size_t count;

void forget_levels(void)
{
    count = 0;
}

/*
 * A path can come to a procfs thousands of times, and reading a status can take milliseconds. So each procfs is looked
 * at once. If there are more of them than anybody has on one path, the further ones count as not the caller's.
 */
int find_level(const struct request *request, int proc_root)
{
    struct stat found;

    if (fstat(proc_root, &found) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (known[i].device == found.st_dev)
            return known[i].level;
    if (count == sizeof known / sizeof *known)
        return -1;
    known[count].device = found.st_dev;
    known[count].level = look_for_level(request, proc_root);
    return known[count++].level;
}

/* The caller's own directories below the root of a procfs from which a path can start. */
static const struct {
    const char *format;
    struct start start;
} own_directories[] = {
    {"%1$u", {.spot = OWN}},
    {"%1$u/fd", {.spot = OWN_FD}},
    {"%1$u/ns", {.spot = OWN_NS}},
    {"%1$u/task", {.spot = OWN_TASKS}},
    {"%1$u/task/%2$u", {.spot = OWN, .of_thread = true}},
    {"%1$u/task/%2$u/fd", {.spot = OWN_FD, .of_thread = true}},
    {"%1$u/task/%2$u/ns", {.spot = OWN_NS, .of_thread = true}},
    {"%2$u", {.spot = OWN, .of_thread = true}},
    {"%2$u/fd", {.spot = OWN_FD, .of_thread = true}},
    {"%2$u/ns", {.spot = OWN_NS, .of_thread = true}},
};
#define LEVELS_BELOW_ROOT 4

/* The root of the procfs that the descriptor is in; -1 if that is no procfs or the root is not above the descriptor. */
static int open_root_above(int fd)
{
    autofd at = fcntl(fd, F_DUPFD_CLOEXEC, 0);

    for (int i = 0; at >= 0 && is_procfs(at); i++) {
        if (is_proc_root(at))
            return release_fd(&at);
        if (i == LEVELS_BELOW_ROOT)
            break;
        int above = sys_openat2(at, "..", O_PATH | O_DIRECTORY, 0);
        close_fd(&at);
        at = above;
    }
    return -1;
}

static struct start find_start(const struct request *request, int fd)
{
    char path[64];
    struct start start = {.spot = ELSEWHERE, .above = -1};
    autofd root = open_root_above(fd);
    int level = root < 0 ? -1 : find_level(request, root);

    if (root >= 0 && is_same(root, fd))
        return (struct start){.spot = PROC_ROOT, .level = level, .above = -1};
    for (size_t i = 0; level >= 0 && i < sizeof own_directories / sizeof *own_directories; i++) {
        snprintf(path, sizeof path, own_directories[i].format, request->process_id[level], request->thread_id[level]);
        autofd own = sys_openat2(root, path, O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
        if (own < 0 || !is_same(own, fd))
            continue;
        start = own_directories[i].start;
        start.level = level;
        start.above = start.spot == OWN_FD ? sys_openat2(own, "..", O_PATH | O_DIRECTORY, 0) : -1;
        break;
    }
    return start;
}

void find_starts(struct call *call)
{
    for (int path = STRING_PATH; path <= STRING_PATH_2; path++)
        if (start_of(call, path) >= 0 && is_procfs(start_of(call, path)))
            call->start[path] = find_start(call->request, start_of(call, path));
}
