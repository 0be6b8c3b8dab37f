/*
 * Prints what a caller reaches through its own directories in a procfs, which it may search whatever their owner and
 * hidepid are, and through folders that it holds but may not search. With an argument it also opens what it can change.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER 1000

enum { FILE_FD = 7, PATH_FD = 8, FOLDER_FD = 9 };

static const struct state {
    const char *name;
    unsigned id;
    int dumpable;
    int unprivileged;
} states[] = {
    {"root", 0, 1, 0}, {"root, not dumpable", 0, 0, 0}, {"root without capabilities", 0, 1, 1},
    {"root without capabilities, not dumpable", 0, 0, 1}, {"user", USER, 1, 1}, {"user, not dumpable", USER, 0, 1},
};

static const struct {
    const char *name, *options;
} proc[] = {{"/proc", NULL}, {"/hidden1", "hidepid=1"}, {"/hidden2", "hidepid=2"}};

/* %1$d is the process, %2$d the thread. */
static const char *seen_everywhere[] = {
    "self/fd/7",
    "self/fd/8",
    "self/fd/77",
    "self/fd/9/",
    "self/fd/9/x",
    "thread-self/fd/7",
    "self/task/%2$d/fd/7",
    "%1$d/fd/7",
    "self/./fd/7",
    "self/./././task/%2$d/./fd/8",
    "self/cwd",
    "self/cwd/",
    "self/cwd/.",
    "self/cwd/x",
    "self/root/reached/f",
    "self/root/reached/closed/",
    "self/exe/",
    "self/ns/mnt/",
    "../proc/self/fd/7",
    "self/fd/7/",
};
static const char *seen_in_proc[] = {
    "self/fd/./7", "self/fd/..", "self/fd/../fd/7", "self/fd/../cwd/", "self/fd/../../self/fd/7",
    "self/fd/x", "self/ns/../fd/7", "self/fd/../comm", "self/comm/", "self/nosuch", "self/task/../fd/7",
};
static const char *own_folder[] = {"self/fd", "self/fd/", "self/fd/."};
static const char *from_own[] = {"fd/7", "cwd/", "root/reached/f", "./fd/7", "task/%2$d/fd/7", "fd/9/"};
static const char *from_descriptors[]
    = {"7", "9/", "./7", "../cwd/", "../fd/7", "../../self/fd/7", "../nosuch", "nosuch"};

static const char *state, *opens;
static int makes;

static void result(const char *call, const char *start, const char *format, long value)
{
    int error = errno;

    printf("%s: %s %s %s: %s\n", state, call, start, format, value < 0 ? strerrorname_np(error) : "done");
}

static void try(const char *name, int start, const char *format)
{
    char path[128];

    snprintf(path, sizeof path, format, getpid(), (int)gettid());
    if (opens) {
        int fd = openat(start, path, O_RDONLY);
        result("open", name, format, fd);
        close(fd);
        return;
    }
    result("chmod 600", name, format, syscall(SYS_fchmodat, start, path, 0600));
    if (!makes)
        return;
    result("mkdir", name, format, mkdirat(start, path, 0755));
    result("mknod", name, format, mknodat(start, path, S_IFREG | 0600, 0));
    if (!strchr("0123456789x", path[strlen(path) - 1]))
        return;
    result("unlink", name, format, unlinkat(start, path, 0));
    result("rmdir", name, format, unlinkat(start, path, AT_REMOVEDIR));
}

#define EACH(paths, name, start)                                \
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)   \
        try(name, start, paths[i])

static void try_all(void)
{
    for (size_t p = 0; p < sizeof proc / sizeof *proc; p++) {
        char path[64];

        makes = p == 0; /* nothing can be made in those folders, and where they are hidden, the errno is the worker's */
        snprintf(path, sizeof path, "%s/self", proc[p].name);
        int own = open(path, O_PATH | O_DIRECTORY);
        snprintf(path, sizeof path, "%s/self/fd", proc[p].name);
        int descriptors = open(path, O_PATH | O_DIRECTORY), root = open(proc[p].name, O_PATH | O_DIRECTORY);
        snprintf(path, sizeof path, "%s:", proc[p].name);
        EACH(seen_everywhere, path, root);
        snprintf(path, sizeof path, "%s/self:", proc[p].name);
        EACH(from_own, path, own);
        if (p == 0) {
            EACH(seen_in_proc, "/proc:", root);
            if (!opens) /* that needs the permission */
                EACH(own_folder, "/proc:", root);
            EACH(from_descriptors, "/proc/self/fd:", descriptors);
        }
        close(own);
        close(descriptors);
        close(root);
    }
    makes = 1;
    try("cwd:", AT_FDCWD, "x");
    try("cwd:", AT_FDCWD, ".");
    try("folder:", FOLDER_FD, "x");
}

static void must(int failed, const char *what)
{
    if (!failed)
        return;
    perror(what);
    exit(1);
}

static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];

    must(syscall(SYS_capget, &header, none) < 0, "capget");
    none[0].effective = none[1].effective = 0; /* permitted ones would be more than the worker has */
    must(syscall(SYS_capset, &header, none) < 0, "capset");
}

static void become(const struct state *who)
{
    state = who->name;
    if (who->id != 0)
        must(setresgid(who->id, who->id, who->id) < 0 || setresuid(who->id, who->id, who->id) < 0, "ids");
    else if (who->unprivileged)
        drop_capabilities();
    prctl(PR_SET_DUMPABLE, who->dumpable);
    must(chdir("/reached/closed") < 0, "cwd");
    must(dup2(open("/reached/f", O_RDWR), FILE_FD) < 0 || dup2(open("/reached/f", O_PATH), PATH_FD) < 0
            || dup2(open("/reached/closed", O_PATH), FOLDER_FD) < 0,
        "descriptors");
    must(chmod("/reached/closed", 0600) < 0, "folder");
}

int main(int argc, char **argv)
{
    (void)argv;
    opens = argc > 1 ? "" : NULL;
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    for (size_t p = 1; p < sizeof proc / sizeof *proc; p++)
        must(mkdir(proc[p].name, 0755) < 0 || mount("proc", proc[p].name, "proc", 0, proc[p].options) < 0, "mount");
    for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
        must(mkdir("/reached", 0755) < 0 || mkdir("/reached/closed", 0755) < 0, "folder");
        must(close(open("/reached/f", O_CREAT | O_WRONLY, 0644)) < 0, "file");
        must(chown("/reached/closed", states[s].id, states[s].id) < 0
                || chown("/reached/f", states[s].id, states[s].id) < 0
                || chown("/reached", states[s].id, states[s].id) < 0,
            "owner");
        fflush(stdout);
        if (fork() == 0) {
            become(&states[s]);
            try_all();
            exit(0);
        }
        wait(NULL);
        unlink("/reached/f");
        rmdir("/reached/closed/x");
        must(rmdir("/reached/closed") < 0 || rmdir("/reached") < 0, "clean up");
    }
    return 0;
}
