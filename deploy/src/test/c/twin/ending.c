/*
 * ending CASE: makes calls where no worker stays, or until one has to end. Prints what came of that.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "staying.h"

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

static const struct named_case cases[] = {
    {"elsewhere_mounts", elsewhere_mounts},
    {"elsewhere_root", elsewhere_root},
    {"over", over},
    {"bad", bad},
    {"ended", ended},
    {"moved", moved},
    {"on", on_and_on},
};

int main(int count, char **arguments)
{
    umask(0);
    run_case(cases, sizeof cases / sizeof *cases, count > 1 ? arguments[1] : "");
    return 0;
}
