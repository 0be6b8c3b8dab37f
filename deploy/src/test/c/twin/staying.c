/*
 * staying CASE: makes calls, changes something of what the calling thread is, or has somebody else change it, and makes
 * more calls. Prints what came of each.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER 1000
#define GROUP 5000

static void must(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void make(const char *path)
{
    struct stat made;
    int result = mkdir(path, 0777), error = errno;

    printf("mkdir %s: %s", path, result == 0 ? "made" : strerrorname_np(error));
    if (stat(path, &made) == 0)
        printf(", %u:%u %o", made.st_uid, made.st_gid, made.st_mode & 07777);
    printf("\n");
}

#define SOME 12 /* workers stay for threads that have made a few calls */

/* So that there is a worker that stays. */
static void make_some(const char *where)
{
    char path[64];

    for (int i = 0; i < SOME; i++) {
        snprintf(path, sizeof path, "%s/s%d", where, i);
        make(path);
    }
}

static void make_open(const char *path, mode_t mode)
{
    must(mkdir(path, 0755), path);
    must(chmod(path, mode), path);
}

static void *run_it(void *change)
{
    ((void (*)(void))change)();
    return NULL;
}

/* Another thread has the same root, cwd and umask. */
static void by_sibling(void (*change)(void))
{
    pthread_t thread;

    must(-pthread_create(&thread, NULL, run_it, change), "pthread_create");
    pthread_join(thread, NULL);
}

static void by_child(void (*change)(void))
{
    pid_t child = fork();

    if (child == 0) {
        change();
        exit(0);
    }
    waitpid(child, NULL, 0);
}

static void set_capabilities(uint64_t effective, uint64_t permitted)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)effective, .permitted = (uint32_t)permitted},
        {.effective = (uint32_t)(effective >> 32), .permitted = (uint32_t)(permitted >> 32)},
    };

    must((int)syscall(SYS_capset, &header, data), "capset");
}

static void change_root(void)
{
    must(chroot("/a"), "chroot");
}

static void change_umask(void)
{
    umask(027);
}

static void change_cwd(void)
{
    must(chdir("/b"), "chdir");
}

static void root(void)
{
    make_some("/a");
    by_sibling(change_root);
    make("/b");
    make("/s0");
}

/* The agent itself finds that such a call cannot be made. */
static void bad_descriptor(void)
{
    make_some("/a");
    for (int i = 0; i < 3; i++)
        printf("mkdirat: %s\n", mkdirat(77, "x", 0755) == 0 ? "made" : strerrorname_np(errno));
    make("/a/3");
    make("/a/4");
}

static void mask(void)
{
    make_some("/a");
    by_sibling(change_umask);
    make("/a/3");
    umask(0);
    make("/a/4");
}

static void cwd(void)
{
    make_open("/b", 0755);
    must(chdir("/a"), "chdir");
    make_some(".");
    by_sibling(change_cwd);
    make("0");
    make("/b/1");
}

/* At first its capabilities change too, and then only its ids. */
static void user(void)
{
    make_open("/b", 0777);
    make_some("/a");
    must((int)syscall(SYS_setresuid, USER, USER, USER + 1), "setresuid");
    make("/a/3");
    make("/b/3");
    must((int)syscall(SYS_setresuid, -1, USER + 1, -1), "setresuid");
    make("/b/4");
    must((int)syscall(SYS_setresuid, -1, USER, -1), "setresuid");
    make("/b/5");
}

static void file_system_user(void)
{
    make_open("/b", 0777);
    make_some("/b");
    setfsuid(USER);
    make("/b/3");
    setfsuid(0);
    setfsgid(GROUP);
    make("/b/4");
}

static void group(void)
{
    make_open("/b", 0777);
    make_some("/b");
    must((int)syscall(SYS_setresgid, GROUP, GROUP, GROUP), "setresgid");
    make("/b/3");
}

static void groups(void)
{
    gid_t of_folder = GROUP;

    make_open("/b", 0770);
    must(chown("/b", 0, GROUP), "chown");
    make_open("/c", 0770);
    must(chown("/c", 0, GROUP + 1), "chown");
    must(setgroups(1, &of_folder), "setgroups");
    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    must((int)syscall(SYS_setresuid, USER, USER, USER), "setresuid");
    set_capabilities(UINT64_C(1) << CAP_SETGID, UINT64_C(1) << CAP_SETGID);
    make_some("/b");
    must((int)syscall(SYS_setgroups, 0, NULL), "setgroups");
    make("/b/3");
    of_folder = GROUP + 1;
    must((int)syscall(SYS_setgroups, 1, &of_folder), "setgroups");
    make("/b/4");
    of_folder = GROUP;
    must((int)syscall(SYS_setgroups, 1, &of_folder), "setgroups");
    make("/b/5");
    must((int)syscall(SYS_setgroups, 2, (gid_t[]){GROUP, GROUP + 1}), "setgroups");
    make("/c/6");
}

static void capabilities(void)
{
    make_open("/b", 0700);
    must(chown("/b", USER, USER), "chown");
    make_some("/b");
    set_capabilities(0, UINT64_C(1) << CAP_DAC_OVERRIDE);
    make("/b/3");
    set_capabilities(UINT64_C(1) << CAP_DAC_OVERRIDE, UINT64_C(1) << CAP_DAC_OVERRIDE);
    make("/b/4");
}

static void mount_on_a(void)
{
    must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    must(mount("none", "/a", "tmpfs", 0, "mode=0755"), "tmpfs");
}

static void mounts(void)
{
    make_some("/a");
    must(unshare(CLONE_NEWNS), "unshare");
    mount_on_a();
    make("/a/s0");
    make("/a/3");
}

static void entered_mounts(void)
{
    int ends[2], other;
    char path[64], byte;

    must(pipe(ends), "pipe");
    pid_t child = fork();
    if (child == 0) {
        must(unshare(CLONE_NEWNS), "unshare");
        mount_on_a();
        must((int)write(ends[1], "", 1), "write");
        pause();
    }
    must((int)read(ends[0], &byte, 1), "read");
    make_some("/a");
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", child);
    must(other = open(path, O_RDONLY), path);
    must(setns(other, CLONE_NEWNS), "setns");
    make("/a/s0");
    make("/a/3");
    kill(child, SIGKILL);
}

static void read_file(const char *path)
{
    char text[128] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || read(file, text, sizeof text - 1) < 0)
        printf("%s: %s\n", path, strerrorname_np(errno));
    else
        printf("%s: %s", path, text);
    close(file);
}

static void names(void)
{
    make_some("/a");
    must(unshare(CLONE_NEWUTS), "unshare");
    must(sethostname("other", 5), "sethostname");
    read_file("/proc/sys/kernel/hostname");
    make("/a/3");
}

#define TTL "/proc/sys/net/ipv4/ip_default_ttl"

/* Such a file is that of the network in which it is looked up. */
static void network(void)
{
    int file = open(TTL, O_WRONLY | O_CLOEXEC);

    must((int)write(file, "77", 2), TTL);
    close(file);
    make_some("/a");
    read_file(TTL);
    make("/a/3");
    must(unshare(CLONE_NEWNET), "unshare");
    read_file(TTL);
}

static void user_namespace(void)
{
    make_open("/b", 0777);
    make_some("/b");
    must((int)syscall(SYS_setresuid, USER, USER, USER), "setresuid");
    make("/b/3");
    must(unshare(CLONE_NEWUSER), "unshare");
    make("/b/4");
    make("/a/4");
}

static void pivot(void)
{
    must((int)syscall(SYS_pivot_root, "/p", "/p/old"), "pivot_root");
}

/* Afterwards the thread has the root that it had, but whoever had that root too has another one. */
static void moved_root(void)
{
    must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    make_open("/p", 0755);
    must(mount("/p", "/p", NULL, MS_BIND, NULL), "bind");
    make_open("/p/old", 0755);
    make_some("/a");
    by_child(pivot);
    make("/b");
    must(chroot("/old"), "chroot");
    make("/a/s0");
    make("/a/3");
}

static void privileged_program(const char *self)
{
    make_open("/b", 0755);
    must((int)syscall(SYS_setresuid, USER, USER, USER), "setresuid");
    for (int i = 0; i < SOME; i++)
        make("/b/0");
    execl(self, self, "again", NULL);
    perror("exec");
}

static void again(void)
{
    printf("effective uid %u\n", geteuid());
    make("/b/2");
}

/* Where somebody could wait for the end of a namespace, or of a mount. */
static void elsewhere_mounts(void)
{
    must(unshare(CLONE_NEWNS), "unshare");
    make_some("/a");
}

static void elsewhere_root(void)
{
    must(mount("none", "/a", "tmpfs", 0, "mode=0755"), "tmpfs");
    must(chroot("/a"), "chroot");
    make_some("");
    exit(0);
}

/* A chroot that is over keeps nothing busy. */
static void over(void)
{
    for (int i = 0; i < 20; i++) {
        by_child(elsewhere_root);
        printf("umount: %s\n", umount("/a") == 0 ? "done" : strerrorname_np(errno));
    }
}

static bool has_text(pid_t process, const char *file, char *text, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", process, file);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = from < 0 ? -1 : read(from, text, size - 1);
    close(from);
    text[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

/* Workers join cgroups of version 2, and not all of version 1. */
static const char *unified(const char *cgroups)
{
    const char *found = strstr(cgroups, "0::");

    return found ? found : "";
}

/* It sees the processes of the host. */
static int count_workers(void)
{
    char own[4096], text[4096];
    DIR *processes = opendir("/proc");
    int workers = 0;

    has_text(getpid(), "cgroup", own, sizeof own);
    for (struct dirent *each; (each = readdir(processes)) != NULL;) {
        pid_t process = atoi(each->d_name);
        if (process > 0 && has_text(process, "comm", text, sizeof text) && strcmp(text, "seccomp-helper\n") == 0
            && has_text(process, "cgroup", text, sizeof text) && strcmp(unified(text), unified(own)) == 0)
            workers++;
    }
    closedir(processes);
    return workers;
}

static void make_and_end(void)
{
    make_some("/a");
}

/* Counts the workers that are left shortly after threads have ended. */
static void ended(void)
{
    int left = 0;

    for (int i = 0; i < 20; i++) {
        by_child(make_and_end);
        usleep(10000);
        left += count_workers() > 0;
    }
    printf("left: %d\n", left);
}

/* The first process lives elsewhere for a while. */
static void moved(void)
{
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

    make_some("/a");
    must(mount("none", "/a", "tmpfs", 0, "mode=0755"), "tmpfs");
    must(chroot("/a"), "chroot");
    for (int i = 0; i < 300; i++) {
        mkdir("/0", 0755);
        usleep(5000);
    }
    must(fchdir(root), "fchdir");
    must(chroot("."), "chroot");
    printf("umount: %s\n", umount("/a") == 0 ? "done" : strerrorname_np(errno));
}

/* Each second call fails before anybody is asked to make it. */
static void bad(void)
{
    int failed = 0;

    make_some("/a");
    for (int i = 0; i < 100; i++) {
        failed += mkdirat(999, "x", 0755) < 0 && errno == EBADF;
        failed += mkdir("/a/s0", 0755) < 0 && errno == EEXIST;
    }
    printf("failed: %d\n", failed);
}

/* From the moment on that there is a folder /go, it has no_new_privs. */
static void on_and_on(void)
{
    bool gone = false;

    make_open("/b", 0755);
    for (;;) {
        mkdir("/b/x", 0755);
        rmdir("/b/x");
        if (!gone && access("/go", F_OK) == 0) {
            must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
            gone = true;
        }
        usleep(5000);
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"elsewhere_mounts", elsewhere_mounts},
    {"elsewhere_root", elsewhere_root},
    {"over", over},
    {"bad", bad},
    {"ended", ended},
    {"moved", moved},
    {"on", on_and_on},
    {"root", root},
    {"descriptor", bad_descriptor},
    {"umask", mask},
    {"cwd", cwd},
    {"uid", user},
    {"fsuid", file_system_user},
    {"gid", group},
    {"groups", groups},
    {"capabilities", capabilities},
    {"unshare", mounts},
    {"setns", entered_mounts},
    {"uts", names},
    {"network", network},
    {"userns", user_namespace},
    {"pivot", moved_root},
    {"again", again},
};

int main(int count, char **arguments)
{
    const char *wanted = count > 1 ? arguments[1] : "";

    setvbuf(stdout, NULL, _IONBF, 0);
    if (strcmp(wanted, "again") != 0)
        umask(0);
    mkdir("/a", 0755);
    if (strcmp(wanted, "exec") == 0)
        privileged_program(arguments[0]);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(wanted, cases[i].name) == 0)
            cases[i].run();
    return 0;
}
