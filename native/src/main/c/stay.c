/*
 * A worker that has become a thread serves the next calls of this thread too. That is right only while all that it has
 * adopted is what the thread has now. The thread waits in the kernel meanwhile, so it changes nothing itself. Others
 * may: a process that shares its fs_struct changes its root and umask, and its cgroups are changed from outside. What
 * it did itself between two calls shows as well: its ids, groups and capabilities, no_new_privs and its namespaces.
 *
 * The worker is in the namespaces and in the cgroups that it has adopted, and its root is there. So none of them is
 * gone and no other one has its number. It may be outside of the mount namespace, which another one may get the number
 * of. But a mount is in one namespace, and the worker's root keeps its own. Only the root of the worker can change:
 * pivot_root(2) in that mount namespace moves it. So it is not the root that was adopted that counts, but the one that
 * it has now.
 */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cgroup.h"
#include "closing.h"
#include "kernel.h"
#include "ownfd.h"
#include "procfs.h"
#include "protocol.h"
#include "report.h"
#include "stay.h"
#include "util.h"

#define GROUPS_MAX 64
#define CGROUPS_MAX 4096

static bool adopted;
static int thread = -1, ending = -1;
static struct request from;
static uint32_t groups[GROUPS_MAX];
static char cgroups[CGROUPS_MAX];

void note_adopted(const struct call *call)
{
    const struct request *request = call->request;
    size_t length = request->string_length[STRING_CGROUPS];

    if (adopted || !(request->flags & REQUEST_STAY) || request->group_count > GROUPS_MAX || length > CGROUPS_MAX
        || call->string[STRING_CGROUPS] == NULL)
        return;
    from = *request;
    memcpy(groups, call->groups, request->group_count * sizeof *groups);
    memcpy(cgroups, call->string[STRING_CGROUPS], length);
    if (call->fd[FD_THREAD] >= 0)
        thread = dup2(call->fd[FD_THREAD], THREAD_FD);
    if (call->fd[FD_ENDING] >= 0)
        ending = dup2(call->fd[FD_ENDING], ENDING_FD);
    adopted = true;
}

int adopted_thread(void)
{
    return thread;
}

int adopted_ending(void)
{
    return ending;
}

bool has_adopted(void)
{
    return adopted;
}

bool may_stay(const struct call *call)
{
    enum step step = reported_step();

    return adopted && !holds_something() && call->request->flags & REQUEST_STAY
        && (step == STEP_CALL || step == STEP_CALLER);
}

/* If the close may take long, the worker replies before it closes the file, and ends. */
void note_opened(const struct call *call, int fd)
{
    if (adopted && !closes_at_once(fd, call->request->root_mount))
        note_held();
}

static bool has_same_credentials(const struct call *call)
{
    const struct request *now = call->request;

    return memcmp(now->uid, from.uid, sizeof from.uid) == 0 && memcmp(now->gid, from.gid, sizeof from.gid) == 0
        && now->group_count == from.group_count && memcmp(call->groups, groups, from.group_count * sizeof *groups) == 0
        && now->effective == from.effective && now->no_new_privs == from.no_new_privs;
}

static bool is_in_same_namespaces(const struct request *now)
{
    return memcmp(now->namespaces, from.namespaces, sizeof from.namespaces) == 0;
}

static bool is_in_same_cgroups(const struct call *call)
{
    return call->string[STRING_CGROUPS] != NULL && strcmp(call->string[STRING_CGROUPS], cgroups) == 0;
}

static bool has_same_root(const struct request *now)
{
    struct statx own;
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;

    return syscall(SYS_statx, AT_FDCWD, "/", flags, STATX_INO | STATX_MNT_ID | STATX_MNT_ID_UNIQUE, &own) == 0
        && own.stx_mnt_id == now->root_mount && own.stx_ino == now->root_inode
        && ((uint64_t)own.stx_dev_major << 32 | own.stx_dev_minor) == now->root_device;
}

/* To find out where the caller is in a procfs takes more than the caller's own rights. */
static bool starts_in_procfs(const struct call *call)
{
    for (int path = STRING_PATH; path <= STRING_PATH_2; path++)
        if (start_of(call, path) >= 0 && is_procfs(start_of(call, path)))
            return true;
    return false;
}

int stay_caller(const struct call *call)
{
    enter_step(STEP_CHANGED);
    if (!(call->request->flags & REQUEST_STAY) || !has_same_credentials(call) || !is_in_same_namespaces(call->request)
        || !is_in_same_cgroups(call) || !has_same_root(call->request) || starts_in_procfs(call))
        return fail_with(ESTALE);
    forget_levels();
    forget_cgroups();
    umask((mode_t)(call->request->umask & 0777));
    enter_step(STEP_CALL);
    return 0;
}
