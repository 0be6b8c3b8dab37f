/* The root and the mounts of a container, like those of a runtime's default specification. */
#include <grp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "container.h"
#include "cover.h"
#include "kernel.h"
#include "plan.h"
#include "util.h"

static const struct {
    const char *name;
    unsigned major, minor;
} devices[] = {
    {"/dev/null", 1, 3},
    {"/dev/zero", 1, 5},
    {"/dev/full", 1, 7},
    {"/dev/random", 1, 8},
    {"/dev/urandom", 1, 9},
    {"/dev/tty", 5, 0},
};

static const struct {
    const char *place, *type;
    unsigned long flags;
    const char *options;
    bool optional;
} mounts[] = {
    {"/dev", "tmpfs", MS_NOSUID | MS_NODEV | MS_STRICTATIME, "mode=755,size=65536k", false},
    {"/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5", false},
    {"/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=65536k", false},
    {"/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL, true},
    {"/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL, false},
    {"/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL, false},
};

static const char *const links[][2] = {
    {"pts/ptmx", "/dev/ptmx"},
    {"/proc/self/fd", "/dev/fd"},
    {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"},
    {"/proc/self/fd/2", "/dev/stderr"},
};

/*
 * The overlay's own layers need a place in this mount namespace. Every machine has a /proc, and the host's procfs stays
 * below. The lower layer is the host's root without the mounts on it.
 */
static int enter_overlay(void)
{
    if (mount("tmpfs", "/proc", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0 || mkdir("/proc/upper", 0755) < 0
        || mkdir("/proc/work", 0755) < 0 || mkdir("/proc/root", 0755) < 0
        || mount("overlay", "/proc/root", "overlay", MS_NODEV, "lowerdir=/,upperdir=/proc/upper,workdir=/proc/work")
            < 0)
        return -1;
    return chdir("/proc/root");
}

static int enter_rootfs(const char *rootfs)
{
    if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0 || remount_with(rootfs, MS_NODEV) < 0)
        return -1;
    return chdir(rootfs);
}

static int mount_all(const char **what)
{
    for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
        *what = mounts[i].place;
        if (mkdir(mounts[i].place, 0755) < 0 && errno != EEXIST)
            return -1;
        if (mount(mounts[i].type, mounts[i].place, mounts[i].type, mounts[i].flags, mounts[i].options) < 0
            && !(mounts[i].optional && errno == ENODEV))
            return -1;
    }
    return 0;
}

/*
 * The command has CAP_MKNOD and may make any node. So no file system of the command allows using a node. The few nodes
 * that it may use are made elsewhere, and each is a mount of its own.
 */
static int make_device(const char *place, unsigned major, unsigned minor)
{
    autofd file = open(place, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);

    if (file < 0 || mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=4k") < 0)
        return -1;
    bool bound = mknod("/dev/shm/node", S_IFCHR | 0666, makedev(major, minor)) == 0
        && mount("/dev/shm/node", place, NULL, MS_BIND, NULL) == 0;
    return umount2("/dev/shm", MNT_DETACH) == 0 && bound ? 0 : -1;
}

static int make_devices(const char **what)
{
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        *what = devices[i].name;
        if (make_device(devices[i].name, devices[i].major, devices[i].minor) < 0)
            return -1;
    }
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        *what = links[i][1];
        if (symlink(links[i][0], links[i][1]) < 0)
            return -1;
    }
    return 0;
}

int enter_container(const struct plan *plan, const char **what)
{
    umask(0);
    *what = "host name";
    if (sethostname(plan->host_name, strlen(plan->host_name)) < 0)
        return -1;
    *what = "supplementary groups";
    if (setgroups(0, NULL) < 0)
        return -1;
    *what = "private mounts";
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -1;
    *what = *plan->rootfs ? plan->rootfs : "overlay over the host's root";
    if ((*plan->rootfs ? enter_rootfs(plan->rootfs) : enter_overlay()) < 0)
        return -1;
    *what = "pivot_root";
    if (sys_pivot_root(".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return -1;
    if (mount_all(what) < 0 || make_devices(what) < 0)
        return -1;
    *what = "masked and read-only paths";
    return cover_paths("/", plan->covers, plan->covers_length, "/dev/null", NULL);
}
