/* Calls mount(2) and umount2(2) with targets whose name leads elsewhere, or nowhere. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE "/place"

static void say(const char *what, long result)
{
    printf("%s: %s\n", what, result < 0 ? strerrorname_np(errno) : "done");
}

/* What is mounted below the place or at the root, from the kernel's mount table without ids. */
static void show(void)
{
    char line[8192], root[4096], point[4096], flags[256], rest[1024];
    FILE *mounts = fopen("/proc/self/mountinfo", "r");

    while (mounts != NULL && fgets(line, sizeof line, mounts))
        if (sscanf(line, "%*d %*d %*s %4095s %4095s %255s %1023[^\n]", root, point, flags, rest) == 4
            && (strncmp(point, PLACE, strlen(PLACE)) == 0 || strcmp(point, "/") == 0)) {
            char *ends = strrchr(root, '/'), *type = strstr(rest, "- ");
            const char *propagation = strncmp(rest, "shared", 6) == 0 ? "shared" : "private";
            printf("    %.80s of %.40s %.2s %s %.40s\n", point,
                strcmp(root, "/") == 0 || strcmp(point, "/") ? root : ends, flags, propagation, type);
        }
    if (mounts != NULL)
        fclose(mounts);
}

static const char *link_to(const char *path)
{
    static char link[64];

    snprintf(link, sizeof link, "/proc/self/fd/%d", open(path, O_PATH | O_NOFOLLOW));
    return link;
}

static void forget(const char *link)
{
    close(atoi(strrchr(link, '/') + 1));
}

/* Uses its own mount namespace, so nothing is left afterwards. */
static void apart(const char *name, void (*run)(void))
{
    printf("== %s\n", name);
    pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
            || mount("base", PLACE, "tmpfs", 0, NULL) < 0 || chdir(PLACE) < 0)
            say("preparing", -1);
        run();
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void below_a_stack(void)
{
    mkdir("a", 0755);
    say("first", mount("first", "a", "tmpfs", 0, NULL));
    const char *first = link_to("a");
    say("second", mount("second", "a", "tmpfs", 0, NULL));
    say("remount of the first", mount(NULL, first, NULL, MS_REMOUNT | MS_RDONLY, NULL));
    say("bind remount of the first", mount(NULL, first, NULL, MS_REMOUNT | MS_BIND | MS_NOEXEC, NULL));
    say("propagation of the first", mount(NULL, first, NULL, MS_SHARED, NULL));
    show();
    say("mount on the first", mount("third", first, "tmpfs", 0, NULL));
    show();
    for (int i = 0; i < 4; i++) {
        say("umount", umount2(first, MNT_DETACH));
        show();
    }
    forget(first);
}

static void cwd_below_a_stack(void)
{
    say("on the dot", mount("one", ".", "tmpfs", 0, NULL));
    say("on it again", mount("two", ".", "tmpfs", 0, NULL));
    show();
    say("busy", umount2(".", 0));
    show();
    say("relative", mkdir("b", 0755));
    say("mount on relative", mount("three", "b", "tmpfs", 0, NULL));
    mkdir(PLACE "/b", 0755);
    say("mount on relative, another there", mount("four", "b", "tmpfs", 0, NULL));
    show();
    say("umount with a dot", umount2("b/.", 0));
    say("umount with dots", umount2("b/c/../..", 0));
    mkdir("b/c", 0755);
    say("umount with dots", umount2("b/c/..", 0));
    show();
    for (int i = 0; i < 3; i++)
        say("umount the dot", umount2(".", MNT_DETACH));
    show();
    say("detached", mount("five", ".", "tmpfs", 0, NULL));
    say("detached, remount", mount(NULL, ".", NULL, MS_REMOUNT, NULL));
    say("detached, without following", umount2(".", MNT_DETACH | UMOUNT_NOFOLLOW));
}

static void after_pivot_root(void)
{
    mkdir("new", 0755);
    say("bind", mount("new", "new", NULL, MS_BIND | MS_REC, NULL));
    int old = open("/", O_PATH | O_DIRECTORY), information = open("/proc/self/mountinfo", O_RDONLY);
    chdir("new");
    mkdir("proc", 0755);
    say("proc", mount("/proc", "proc", NULL, MS_BIND | MS_REC, NULL));
    say("pivot_root", syscall(SYS_pivot_root, ".", "."));
    fchdir(old);
    say("private", mount(NULL, ".", NULL, MS_REC | MS_SLAVE, NULL));
    show();
    say("first umount", umount2(".", MNT_DETACH));
    show();
    say("second umount", umount2(".", MNT_DETACH));
    say("shared", mount(NULL, ".", NULL, MS_SHARED, NULL));
    show();
    close(information);
}

static void removed(void)
{
    mkdir("r", 0755);
    mkdir("r (deleted)", 0755);
    const char *gone = link_to("r");
    rmdir("r");
    say("mount on removed", mount("new", gone, "tmpfs", 0, NULL));
    say("bind on removed", mount(PLACE, gone, NULL, MS_BIND, NULL));
    show();
    say("mount on the other", mount("other", "r (deleted)", "tmpfs", 0, NULL));
    say("umount removed", umount2(gone, MNT_DETACH));
    say("umount removed", umount2(gone, 0));
    say("remount removed", mount(NULL, gone, NULL, MS_REMOUNT | MS_RDONLY, NULL));
    show();
    mkdir("cwd", 0755);
    chdir("cwd");
    rmdir("../cwd");
    say("in a removed cwd", mount("new", ".", "tmpfs", 0, NULL));
    say("from a removed cwd", mount("new", PLACE, "tmpfs", 0, NULL));
    show();
}

static void far_down(void)
{
    char name[201];

    memset(name, 'd', 200);
    name[200] = '\0';
    for (int i = 0; i < 30; i++)
        if (mkdir(name, 0755) < 0 || chdir(name) < 0)
            say("going down", -1);
    mkdir("t", 0755);
    mkdir("t2", 0755);
    close(open("f", O_CREAT | O_WRONLY, 0644));
    say("relative", mount("new", "t", "tmpfs", 0, "size=64k"));
    say("relative remount", mount(NULL, "t", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    say("relative bind", mount("t2", "t2", NULL, MS_BIND, NULL));
    say("bind of a file", mount("f", "f", NULL, MS_BIND, NULL));
    say("umount", umount2("t", 0));
    say("umount with a dot", umount2("t2/.", 0));
    say("umount of the file", umount2("f", 0));
    say("umount of none", umount2("t", 0));
    const char *there = link_to("t");
    say("by descriptor", mount("new", there, "tmpfs", 0, "size=64k"));
    say("umount by descriptor", umount2(there, MNT_DETACH));
    say("no file system", mount("new", there, "nosuch", 0, NULL));
    mkdir("l", 0755);
    say("overlay of relative layers", mount("o", "t", "overlay", 0, "lowerdir=l:t2"));
    say("umount", umount2("t", 0));
    forget(there);
}

static void outside_of_the_root(void)
{
    mkdir("jail", 0755);
    mkdir("jail/out", 0755);
    mkdir("out", 0755);
    if (chroot("jail") < 0)
        say("chroot", -1);
    say("mount", mount("new", "out", "tmpfs", 0, "size=64k"));
    say("the other one is none", umount2("/out", MNT_DETACH));
    say("umount", umount2("out", 0));
    say("umount", umount2("out", 0));
    say("bind", mount("out", "out", NULL, MS_BIND, NULL));
    say("bind remount", mount(NULL, "out", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
    say("made in it", mkdir("out/x", 0755));
    say("umount with a dot", umount2("out/.", 0));
    say("made in it", mkdir("out/x", 0755));
    say("on the dot", mount("new", ".", "tmpfs", 0, NULL));
    say("off the dot", umount2(".", MNT_DETACH));
}

static void on_files(void)
{
    close(open("f", O_CREAT | O_WRONLY, 0644));
    close(open("g", O_CREAT | O_WRONLY, 0644));
    const char *file = link_to("f");
    say("file system on a file", mount("new", "f", "tmpfs", 0, NULL));
    say("file system on it by descriptor", mount("new", file, "tmpfs", 0, NULL));
    say("bind on it", mount("g", file, NULL, MS_BIND, NULL));
    say("file system on what is covered", mount("new", file, "tmpfs", 0, NULL));
    show();
    say("umount, as a folder", umount2("f/", MNT_DETACH));
    say("umount", umount2(file, MNT_DETACH));
    say("umount", umount2("f", MNT_DETACH));
}

static void through_links(void)
{
    mkdir("d", 0755);
    if (symlink("d", "l") < 0 || symlink("d/.", "dot") < 0)
        say("symlink", -1);
    say("mount", mount("new", "l", "tmpfs", 0, NULL));
    say("not followed", umount2("l", UMOUNT_NOFOLLOW));
    say("followed for the slash", umount2("l/", UMOUNT_NOFOLLOW));
    say("mount", mount("new", "dot", "tmpfs", 0, NULL));
    say("a dot, not followed", umount2("l/.", UMOUNT_NOFOLLOW));
    say("mount", mount("new", "l/", "tmpfs", 0, NULL));
    say("to a dot", umount2("dot", 0));
    const char *there = link_to("d");
    say("mount", mount("new", there, "tmpfs", 0, NULL));
    say("magic, not followed", umount2(there, UMOUNT_NOFOLLOW));
    say("magic", umount2(there, 0));
    say("none", umount2("", 0));
    say("missing", umount2("nothing/..", 0));
    show();
    forget(there);
}

/* A caller that may not search its own cwd. An absolute path does not need that. */
static void from_a_closed_cwd(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    mkdir("mine", 0755);
    mkdir("closed", 0700);
    mkdir("closed/in", 0755);
    if (chown("closed", 1, 1) < 0 || chdir("closed") < 0 || syscall(SYS_capget, &header, data) < 0)
        say("preparing", -1);
    data[0].effective = data[0].permitted = data[0].inheritable = 1u << CAP_SYS_ADMIN;
    data[1].effective = data[1].permitted = data[1].inheritable = 0;
    say("capabilities", syscall(SYS_capset, &header, data));
    say("absolute", mount("new", PLACE "/mine", "tmpfs", 0, NULL));
    say("relative", mount("new", "in", "tmpfs", 0, NULL));
    say("the dot", mount("new", ".", "tmpfs", 0, NULL));
    say("overlay of relative layers", mount("o", PLACE "/mine", "overlay", 0, "lowerdir=in:in"));
    say("umount", umount2(PLACE "/mine", 0));
    say("umount", umount2(PLACE "/mine/.", 0));
    show();
}

static void try_umount(const char *path)
{
    printf("umount of %s: %s\n", path, umount2(path, MNT_DETACH) == 0 ? "done" : "refused");
    show();
}

/* What a caller without any privilege is granted. */
static void granted(void)
{
    say("base", mount("base", PLACE, "tmpfs", 0, NULL));
    if (chdir(PLACE) < 0)
        say("chdir", -1);
    mkdir("r", 0755);
    mkdir("r (deleted)", 0755);
    mkdir("r2 (deleted)", 0755);
    mkdir("b", 0755);
    say("on a name", mount("three", "b", "tmpfs", 0, NULL));
    say("on a name", mount("four", "r (deleted)", "tmpfs", 0, NULL));
    say("on a name", mount("five", "r2 (deleted)", "tmpfs", 0, NULL));
    show();
    const char *gone = link_to("r");
    rmdir("r");
    try_umount(gone);
    forget(gone);
    const char *other = link_to("r (deleted)");
    try_umount(other);
    try_umount("r2 (deleted)/.");
    mkdir("b/c", 0755);
    try_umount("b/c/..");
    int base = open(".", O_PATH);
    say("on the dot", mount("one", ".", "tmpfs", 0, NULL));
    say("on it again", mount("two", ".", "tmpfs", 0, NULL));
    show();
    try_umount(".");
    try_umount(".");
    try_umount(".");
    try_umount(".");
    say("another", mount("another", PLACE, "tmpfs", 0, NULL));
    fchdir(base);
    try_umount(".");
    try_umount(PLACE);
    forget(other);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    mkdir(PLACE, 0755);
    if (argc > 1 && strcmp(argv[1], "granted") == 0) {
        granted();
        return 0;
    }
    apart("below a stack", below_a_stack);
    apart("cwd below a stack", cwd_below_a_stack);
    apart("after pivot_root", after_pivot_root);
    apart("removed", removed);
    apart("far down", far_down);
    apart("outside of the root", outside_of_the_root);
    apart("on files", on_files);
    apart("through links", through_links);
    apart("from a closed cwd", from_a_closed_cwd);
    return 0;
}
