/*
 * Becoming the caller. Only this order works in every case. The mount namespace comes first, because it may belong to
 * the parent of the caller's user namespace. The ids come next, because they are host numbers and have to be set before
 * the user namespace is joined. The user namespace comes last, because joining it takes the host's capabilities away.
 * Only the caller's capabilities follow. label.c takes the LSM label.
 *
 * System calls are made raw, because setuid() and similar functions of a C library act on all threads.
 */
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "caller.h"
#include "capability.h"
#include "cgroup.h"
#include "kernel.h"
#include "ownfd.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "util.h"

/*
 * The namespaces that a file or a file system can belong to: a sysctl, a queue, a tun interface or a cgroup's file
 * belongs to whoever opens it. With the thread's pidfd, one call joins all of them. Before Linux 6.9 a thread has no
 * pidfd.
 */
static int join(const struct call *call, int types)
{
    static const struct {
        enum descriptor kind;
        int type;
    } namespaces[] = {
        {FD_MOUNT_NS, CLONE_NEWNS},
        {FD_NET_NS, CLONE_NEWNET},
        {FD_IPC_NS, CLONE_NEWIPC},
        {FD_UTS_NS, CLONE_NEWUTS},
        {FD_CGROUP_NS, CLONE_NEWCGROUP},
    };

    enter_step(STEP_NAMESPACES);
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        int fd = call->fd[namespaces[i].kind];

        if (fd < 0 || !(types & namespaces[i].type))
            continue;
        if (setns(fd, namespaces[i].type) < 0)
            return -1;
        types &= ~namespaces[i].type;
    }
    return types == 0 ? 0 : setns(call->fd[FD_THREAD], types);
}

#define OF_RESOURCES (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

int join_namespaces(const struct call *call)
{
    return join(call, OF_RESOURCES);
}

static bool in_root;

static int enter_root(const struct call *call)
{
    enter_step(STEP_ROOT);
    if (!in_root && (fchdir(call->fd[FD_ROOT]) < 0 || chroot(".") < 0))
        return -1;
    in_root = true;
    return 0;
}

static bool in_directory;

/*
 * The kernel itself looks up the source of a new file system from the cwd. It does not ask whether the caller may enter
 * its own cwd.
 */
static int enter_directory(const struct call *call)
{
    bool wanted = call->request->operation == OP_MOUNT || call->request->operation == OP_MOUNT_CALL;

    enter_step(STEP_CALL);
    if (wanted && !in_directory && fchdir(call->fd[FD_DIRECTORY]) < 0)
        return -1;
    in_directory = true;
    return 0;
}

static int enter(const struct call *call)
{
    return enter_root(call) < 0 ? -1 : enter_directory(call);
}

/*
 * A FUSE mount lets only its owner in, or the members of the user namespace that it was mounted in, whatever the
 * capabilities of others. So an EACCES is no failure here. The worker tries again when it is one of them.
 */
static int enter_early(const struct call *call)
{
    return enter(call) < 0 && errno != EACCES ? -1 : 0;
}

static int take_ids(const struct call *call)
{
    const struct request *r = call->request;

    enter_step(STEP_CREDENTIALS);
    /* Otherwise leaving uid 0 would take away the capabilities that joining the user namespace needs. */
    if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
        return -1;
    if (syscall(SYS_setgroups, r->group_count, call->groups) < 0
        || syscall(SYS_setresgid, r->gid[0], r->gid[1], r->gid[2]) < 0)
        return -1;
    syscall(SYS_setfsgid, r->gid[3]);
    if (syscall(SYS_setresuid, r->uid[0], r->uid[1], r->uid[2]) < 0)
        return -1;
    syscall(SYS_setfsuid, r->uid[3]);
    /* These two fail in silence. */
    if ((uint32_t)syscall(SYS_setfsgid, -1) != r->gid[3] || (uint32_t)syscall(SYS_setfsuid, -1) != r->uid[3]) {
        errno = EPERM;
        return -1;
    }
    return 0;
}

static int enter_user_namespace(const struct call *call)
{
    enter_step(STEP_NAMESPACES);
    return call->fd[FD_USER_NS] < 0 ? 0 : setns(call->fd[FD_USER_NS], CLONE_NEWUSER);
}

/* An empty inheritable set empties the ambient set too. */
static int take_capabilities(const struct request *request, uint64_t keep_permitted)
{
    struct capabilities own;

    enter_step(STEP_CAPABILITIES);
    if (get_capabilities(&own) < 0)
        return -1;
    report_missing(request->effective & ~own.permitted);
    own.effective = request->effective & own.permitted;
    own.permitted &= request->effective | keep_permitted;
    own.inheritable = 0;
    if (set_capabilities(&own) < 0)
        return -1;
    return request->no_new_privs ? prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) : 0;
}

/* A child dies with its worker. A worker itself outlives everybody. */
struct bond {
    int signal;
    pid_t parent;
};

static struct bond look_at_bond(void)
{
    struct bond bond = {.parent = getppid()};

    prctl(PR_GET_PDEATHSIG, &bond.signal, 0, 0, 0);
    return bond;
}

/* The kernel resets both flags whenever credentials change. */
static int keep_bound(struct bond bond)
{
    enter_step(STEP_CREDENTIALS);
    if (bond.signal != 0 && die_with_parent(bond.parent) < 0)
        return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/*
 * A worker that stays could be the last one in the mount namespace. Its end would take the mounts apart, which takes
 * long if there is much in them, and meanwhile it would be in cgroups that the runtime wants to remove. So it stays
 * outside. A look-up does not ask for the namespace, because a mount is in one only. Two others do:
 *
 * AppArmor calls a path disconnected that begins outside. So no worker stays that has a label.
 *
 * A mount point cannot be removed or renamed, and what is one in other mount namespaces can. So with REQUEST_STAY, what
 * is removed or renamed is no mount point in the caller's. The helper's own namespace has no mounts on anything that a
 * container can reach.
 */
static int take_place(const struct call *call)
{
    int types = call->request->flags & REQUEST_STAY ? OF_RESOURCES : OF_RESOURCES | CLONE_NEWNS;

    return (!call->in_cgroups && join_cgroups(call) < 0) || join(call, types) < 0 || enter_early(call) < 0
            || take_ids(call) < 0
        ? -1
        : 0;
}

int take_place_of_caller(const struct call *call)
{
    struct bond bond = look_at_bond();

    return take_place(call) < 0 || enter(call) < 0 ? -1 : keep_bound(bond);
}

static int give_up_privileges(struct call *call, uint64_t keep_permitted, struct bond bond)
{
    if (enter_user_namespace(call) < 0 || enter(call) < 0 || take_capabilities(call->request, keep_permitted) < 0)
        return -1;
    umask((mode_t)(call->request->umask & 0777));
    if (keep_bound(bond) < 0)
        return -1;
    bool stays = call->request->flags & REQUEST_STAY;
    for (int kind = stays ? FD_THREAD + 1 : FD_THREAD; kind < FD_CGROUP_FIRST; kind++)
        if (kind != FD_DIRECTORY && kind != FD_DIRECTORY_2 && kind != FD_OPTION)
            close_fd(&call->fd[kind]);
    sys_close_range(FIRST_HIGH_FD, LAST_HIGH_FD);
    enter_step(STEP_CALL);
    return 0;
}

int become_caller(struct call *call, uint64_t keep_permitted)
{
    struct bond bond = look_at_bond();

    return take_place(call) < 0 ? -1 : give_up_privileges(call, keep_permitted, bond);
}
