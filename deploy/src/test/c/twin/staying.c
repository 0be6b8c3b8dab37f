/*
 * staying CASE: makes calls, changes something of what the calling thread is, or has somebody else change it, and makes
 * more calls. Prints what came of each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "staying.h"

#define USER 1000
#define GROUP 5000

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

static const char *self;

static void privileged_program(void)
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

/* Like fork(2), and the child has that id. */
static pid_t fork_as(pid_t id)
{
    struct clone_args how = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&id, .set_tid_size = 1};
    pid_t child = (pid_t)syscall(SYS_clone3, &how, sizeof how);

    must(child, "clone3");
    return child;
}

/* The id of a thread that has just ended is another thread's. */
static void reused(void)
{
    make_open("/b", 0777);
    for (int i = 0; i < 10; i++) {
        pid_t child = fork();
        if (child == 0) {
            make_some("/a");
            exit(0);
        }
        waitpid(child, NULL, 0);
        if (fork_as(child) == 0) {
            must((int)syscall(SYS_setresuid, USER, USER, USER), "setresuid");
            make_some("/b");
            exit(0);
        }
        waitpid(child, NULL, 0);
    }
}

static const struct named_case cases[] = {
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
    {"exec", privileged_program},
    {"reused", reused},
};

int main(int count, char **arguments)
{
    const char *wanted = count > 1 ? arguments[1] : "";

    self = arguments[0];
    if (strcmp(wanted, "again") != 0)
        umask(0);
    run_case(cases, sizeof cases / sizeof *cases, wanted);
    return 0;
}
