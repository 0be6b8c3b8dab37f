/*
 * Tries what mounts for containers need. This happens in a mount namespace of its own, which goes away with this
 * process, and with mounts that are attached nowhere.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>

#include "cover.h"
#include "kernel.h"
#include "lock.h"
#include "ownfd.h"
#include "trymount.h"
#include "userns.h"
#include "util.h"

#define MASKED "interrupts" /* every machine has it */
#define READ_ONLY "sys"
#define ST_RDONLY_BIT 1

static int32_t error_of(long outcome)
{
    return outcome < 0 ? errno : 0;
}

static int make_instance(const char *type)
{
    autofd context = sys_fsopen(type);

    if (context < 0 || sys_fsconfig(context, CONFIG_CREATE, NULL, NULL, 0) < 0)
        return -1;
    return sys_fsmount(context, 0);
}

static bool is_covered(void)
{
    struct stat masked;
    struct statfs read_only;

    return stat("/proc/" MASKED, &masked) == 0 && S_ISCHR(masked.st_mode) && statfs("/proc/" READ_ONLY, &read_only) == 0
        && (read_only.f_flags & ST_RDONLY_BIT);
}

/* A new procfs comes over /proc, is covered there, and is taken from there as a whole. */
static int32_t try_covers(void)
{
    static const char covers[] = "m" MASKED "\0r" READ_ONLY;

    if (cover_paths("/proc", covers, sizeof covers, "/dev/null", NULL) < 0)
        return errno;
    if (!is_covered())
        return EPROTO;
    autofd tree = sys_open_tree("/proc");
    return error_of(tree);
}

static int32_t try_locks(void)
{
    autofd proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (proc < 0 || dup2(proc, PROC_FD) < 0)
        return errno;
    look_for_locks();
    errno = EPERM; /* for a limit of 0 */
    prepare_lock();
    if (locks_are_forbidden() || enter_lock() < 0)
        return errno;
    if (umount2("/proc/" MASKED, MNT_DETACH) == 0)
        return EPROTO;
    return errno == EINVAL ? 0 : errno;
}

static int write_map(pid_t process, const char *name)
{
    char path[32];
    static const char map[] = "0 100000 1000\n";

    snprintf(path, sizeof path, "/proc/%d/%s", process, name);
    autofd file = open(path, O_WRONLY | O_CLOEXEC);
    return file < 0 || write(file, map, sizeof map - 1) < 0 ? -1 : 0;
}

static int open_namespace(pid_t process)
{
    char path[32];

    if (write_map(process, "uid_map") < 0 || write_map(process, "gid_map") < 0)
        return -1;
    snprintf(path, sizeof path, "/proc/%d/ns/user", process);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* A user namespace with other ids than this one. */
static int make_user_namespace(void)
{
    pid_t child;
    int namespace = with_user_namespace(open_namespace, &child), error = errno;

    if (child > 0)
        RETRY(waitpid(child, NULL, 0));
    errno = error;
    return namespace;
}

static int32_t try_idmap_of(int mount, int namespace)
{
    struct mount_attributes attributes = {.set = ATTR_IDMAP, .user_namespace = (uint64_t) namespace};

    return mount < 0 ? errno : error_of(sys_mount_setattr(mount, &attributes));
}

/* Each file system has learned it in a version of its own, tmpfs in Linux 6.3. */
static int32_t try_idmap(void)
{
    autofd namespace = make_user_namespace();

    if (namespace < 0)
        return errno;
    autofd mount = make_instance("tmpfs");
    int32_t error = try_idmap_of(mount, namespace);
    if (error != EINVAL)
        return error;
    autofd tree = sys_open_tree("/");
    return try_idmap_of(tree, namespace);
}

void try_mounts(int32_t result[FEATURES])
{
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
        result[FEATURE_PROC_MOUNT] = errno;
        return;
    }
    result[FEATURE_IDMAP] = try_idmap();
    autofd proc = make_instance("proc");
    result[FEATURE_PROC_MOUNT] = proc < 0 ? errno : error_of(sys_move_mount(proc, AT_FDCWD, "/proc"));
    if (result[FEATURE_PROC_MOUNT] != 0)
        return;
    result[FEATURE_COVERS] = try_covers();
    if (result[FEATURE_COVERS] == 0)
        result[FEATURE_LOCKS] = try_locks();
}
