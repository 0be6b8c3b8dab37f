/* Calls openat2(2) with every RESOLVE_* flag on paths that lead through a procfs, and around it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    const char *name;
    unsigned long flags;
} resolves[] = {
    {"none", 0},
    {"BENEATH", RESOLVE_BENEATH},
    {"IN_ROOT", RESOLVE_IN_ROOT},
    {"NO_XDEV", RESOLVE_NO_XDEV},
    {"NO_SYMLINKS", RESOLVE_NO_SYMLINKS},
    {"NO_MAGICLINKS", RESOLVE_NO_MAGICLINKS},
    {"BENEATH NO_XDEV NO_MAGICLINKS", RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS},
    {"IN_ROOT NO_XDEV", RESOLVE_IN_ROOT | RESOLVE_NO_XDEV},
    {"IN_ROOT NO_SYMLINKS", RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS},
};

static const char *paths[] = {
    "self/status",
    "thread-self/comm",
    "1/comm",
    "self/fd",
    "self/fd/0",
    "self/exe",
    "self/root",
    "self/root/etc",
    "self/cwd",
    "self/ns/mnt",
    "uptime",
    "sys/kernel/ostype",
    "nosuch",
    ".",
    "..",
    "../",
    "self/..",
    "self/../self/comm",
    "../proc/self/comm",
    "/proc/self/comm",
    "/self/comm",
    "/",
    "/..",
    "proc/self/comm",
    "proc/self/fd/0",
    "proc/../proc/self/comm",
    "proc/version",
    "etc",
    "link/self/comm",
    "absolute/self/comm",
    "up/proc/self/comm",
    "magic",
    "magic/etc",
    "status",
    "fd",
    "fd/0",
    "comm",
    "../self/comm",
    "0",
    "../comm",
    "self/task/../comm",
    "mounts",
    "net/dev",
    "proc/self/root/proc/self/comm",
};

static void try(
    const char *start, int directory, const char *path, unsigned long flags, const char *name, unsigned long resolve)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = resolve};
    char text[8] = "";
    struct stat found;
    int fd = -1;

    /* A path that may not leave its start is tried again if there is any rename on the machine meanwhile. */
    for (int tries = 0; fd < 0 && (tries == 0 || (errno == EAGAIN && tries < 100)); tries++)
        fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);

    printf("%s, %s, %s, %lo: ", start, path, name, flags);
    if (fd < 0) {
        printf("%s\n", strerrorname_np(errno));
        return;
    }
    fstat(fd, &found);
    ssize_t length = S_ISREG(found.st_mode) && strstr(path, "status") == NULL ? read(fd, text, sizeof text - 1) : 0;
    printf("%o %.*s\n", found.st_mode, (int)(length > 0 && text[0] != 0 && strchr(text, '\n') ? length : 0), text);
    close(fd);
}

static void try_all(const char *name, int directory)
{
    const unsigned long flags[] = {O_RDONLY, O_RDONLY | O_NOFOLLOW, O_RDONLY | O_DIRECTORY, O_RDWR | O_CREAT | O_EXCL};

    for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
        for (size_t p = 0; p < sizeof paths / sizeof *paths; p++)
            for (size_t r = 0; r < sizeof resolves / sizeof *resolves; r++)
                try(name, directory, paths[p], flags[f], resolves[r].name, resolves[r].flags);
}

/* An open may fail after it has made the file: this file system has no direct I/O. */
static void try_to_make(const char *path)
{
    int made = open(path, O_CREAT | O_EXCL | O_WRONLY | O_DIRECT, 0644);
    struct stat found;

    printf(
        "%s: %s, %s\n", path, made < 0 ? strerrorname_np(errno) : "opened", stat(path, &found) < 0 ? "none" : "there");
}

static void make_without_direct_io(void)
{
    mkdir("/starts/memory", 0755);
    if (mount("none", "/starts/memory", "ramfs", 0, NULL) < 0)
        perror("mount");
    try_to_make("/starts/memory/straight");
    try_to_make("/starts/magic/starts/memory/magic");
    try_to_make("/proc/self/cwd/memory/cwd");
}

int main(int argc, char **argv)
{
    struct {
        const char *name, *path;
    } starts[] = {{"cwd", NULL}, {"root", "/"}, {"proc", "/proc"}, {"own", "/proc/self"}, {"own fd", "/proc/self/fd"},
        {"thread", "/proc/thread-self"}, {"tmp", "/starts"}};

    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    mkdir("/starts", 0755);
    symlink("/proc", "/starts/absolute");
    symlink("../proc", "/starts/link");
    symlink("..", "/starts/up");
    symlink("/proc/self/root", "/starts/magic");
    chdir("/starts");
    for (int dumpable = 1; dumpable >= (argc > 1 && strcmp(argv[1], "dumpable") == 0); dumpable--) {
        prctl(PR_SET_DUMPABLE, dumpable);
        for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
            int directory = starts[i].path ? open(starts[i].path, O_RDONLY | O_DIRECTORY) : AT_FDCWD;
            try_all(starts[i].name, directory);
            close(directory);
        }
    }
    make_without_direct_io();
    return 0;
}
