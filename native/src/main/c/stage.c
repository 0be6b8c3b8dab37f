/*
 * The helper lives in a mount namespace of its own: a small tmpfs, and a procfs that shows a worker little more than
 * itself. Neither the helper nor a worker has a path to anything of the host. The tmpfs holds the sources of masks.
 * Both sources are read-only mounts, because all containers share their inodes, and nobody may change the mode or the
 * owner of a mask.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cgroup.h"
#include "child.h"
#include "cover.h"
#include "detached.h"
#include "discard.h"
#include "instance.h"
#include "kernel.h"
#include "lock.h"
#include "ownfd.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "stage.h"
#include "util.h"

#define NULL_FILE "/null"
#define EMPTY_DIRECTORY "/empty"
#define STAGE "/stage"

static int read_only_bind(const char *path, unsigned long flags)
{
    if (mount(path, path, NULL, MS_BIND, NULL) < 0)
        return -1;
    return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC | flags, NULL);
}

/* If device nodes cannot be made, an empty file hides as much. */
static int make_null(void)
{
    if (mknod(NULL_FILE, S_IFCHR | 0666, makedev(1, 3)) == 0)
        return 0;
    return errno == EPERM ? mknod(NULL_FILE, S_IFREG | 0444, 0) : -1;
}

/*
 * A sysctl below /proc/sys or a new instance of a file system can belong to the network, ipc or uts namespace of
 * whoever opens it. In a container that must not be the host's namespace.
 */
void enter_private_root(void)
{
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) < 0)
        die("making namespaces");
    /* /proc is just a folder that every machine has. The mount there stays below and goes away with the old root. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
        || mount("seccomp-helper", "/proc", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0700,size=64k,nr_inodes=32") < 0
        || chdir("/proc") < 0 || mkdir("proc", 0555) < 0
        || mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=ptraceable,subset=pid") < 0)
        die("making a private root");
    if (sys_pivot_root(".", ".") < 0)
        die("leaving the host's root with pivot_root, which an initramfs as root does not allow");
    if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        die("letting go of the host's root");
    if (mkdir(STAGE, 0700) < 0 || mkdir(EMPTY_DIRECTORY, 0555) < 0 || make_null() < 0
        || read_only_bind(EMPTY_DIRECTORY, MS_NODEV) < 0 || read_only_bind(NULL_FILE, 0) < 0)
        die("making the masks");
    /* This replaces input and output. stderr stays, for the line of die(). */
    autofd proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0 || dup2(proc, SOCKET_FD) < 0 || dup2(proc, PROC_FD) < 0)
        die("closing input and output");
}

void prepare_stage(void)
{
    prepare_lock();
    prepare_detached(EMPTY_DIRECTORY, STAGE);
    prepare_discard();
}

struct staging {
    struct call *call;
    int context, mount;
};

static size_t covers_length(const struct staging *it)
{
    return it->call->request->string_length[STRING_COVERS];
}

/*
 * The memory for this is charged to the container, because the container can keep any number of these by descriptors.
 */
static int join_and_finish(const struct staging *it)
{
    if (join_cgroups(it->call) < 0)
        return -1;
    enter_step(STEP_STAGE);
    int mount = it->mount < 0 ? finish_context(it->context, it->call) : it->mount;
    if (mount >= 0)
        enter_step(STEP_STAGE);
    return mount;
}

static int64_t stage_apart(void *argument)
{
    const struct staging *it = argument;
    const char *covers = it->call->string[STRING_COVERS];

    autofd mount = join_and_finish(it);
    if (mount < 0)
        return -1;
    if (unshare(CLONE_NEWNS) < 0 || sys_move_mount(mount, AT_FDCWD, STAGE) < 0
        || cover_paths(STAGE, covers, covers_length(it), NULL_FILE, EMPTY_DIRECTORY) < 0)
        return -1;
    if (!locks_are_forbidden() && enter_lock() < 0)
        return -1;
    return sys_open_tree(STAGE);
}

/* The worker itself does the same where the kernel lets it. */
static int stage_here(const struct staging *it)
{
    autofd mount = join_and_finish(it);
    int rest;

    if (mount < 0)
        return -1;
    it->call->in_cgroups = true;
    if (cover_mount(mount, it->call->string[STRING_COVERS], covers_length(it), NULL_FILE, EMPTY_DIRECTORY) < 0)
        return -1;
    autofd tree = lock_detached(mount, &rest);
    /* A proc or a sysfs is closed at once. A disk may take for ever, so that is left to the end of the worker. */
    if (tree >= 0 && it->mount < 0)
        discard(rest);
    return release_fd(&tree);
}

/*
 * Covers a mount that is not attached anywhere yet, and gives the whole as a detached tree. This happens in a copy of
 * the helper's mount namespace that nobody else has. The copy goes away with the child that has it, so nothing is left
 * behind, and every worker can use the same place.
 *
 * The tree is taken from a second copy, in a user namespace of its own, which locks its mounts. So no privilege within
 * the container takes a cover off or makes it writable again. Above all, the covers stay when the whole is taken off
 * while somebody still stands in it. If this machine cannot lock mounts, nothing is locked. If it can, this never gives
 * a tree without locks, whatever fails.
 */
int stage_mount(struct call *call, int context, int mount)
{
    struct staging it = {.call = call, .context = context, .mount = mount};

    return can_lock_detached() ? stage_here(&it) : (int)run_in_child(CLONE_VM, stage_apart, &it);
}
