/*
 * mountpoints CASE: removes and renames names of which some are those of mount points. That depends on the mount
 * namespace of whoever asks. Prints what came of each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "staying.h"

#define RENAME_EXCHANGE 2

static void say(int result, const char *what, ...)
{
    int error = errno;
    va_list values;

    va_start(values, what);
    vprintf(what, values);
    va_end(values);
    printf(": %s\n", result == 0 ? "done" : strerrorname_np(error));
}

static void mount_on(const char *path)
{
    must(mount("none", path, "tmpfs", 0, ""), path);
}

static void bind(const char *from, const char *to)
{
    must(mount(from, to, NULL, MS_BIND, NULL), to);
}

static void make_file(const char *path)
{
    must(mknod(path, S_IFREG | 0644, 0), path);
}

static void make_both(const char *folder, const char *file)
{
    make_open(folder, 0777);
    make_file(file);
}

static void take_off(const char *path)
{
    must(umount(path), path);
}

static void remove_folder(const char *path)
{
    say(rmdir(path), "rmdir %s", path);
}

static void remove_file(const char *path)
{
    say(unlink(path), "unlink %s", path);
}

static void move(const char *from, const char *to, unsigned flags)
{
    say((int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags), "rename %s %s %u", from, to, flags);
}

static void try_all(const char *folder, const char *file)
{
    make_open("/e", 0777);
    remove_folder(folder);
    remove_file(file);
    move(folder, "/n", 0);
    move("/e", folder, 0);
    move("/e", folder, RENAME_EXCHANGE);
    move(file, "/n", 0);
}

/* None of them is one, so one worker makes them all. */
static void none(void)
{
    char path[64], other[64];

    make_some("/a");
    for (int i = 0; i < SOME; i++) {
        snprintf(path, sizeof path, "/a/s%d", i);
        snprintf(other, sizeof other, "/a/t%d//", i);
        move(path, other, 0);
        remove_folder(other);
        make_file(path);
        remove_file(path);
    }
}

static void own(void)
{
    make_both("/m", "/f");
    mount_on("/m");
    bind("/f", "/f");
    make_some("/a");
    try_all("/m", "/f");
    make_some("/e");
    try_all("/m/", "//f");
    make("/m/on");
    take_off("/m");
    take_off("/f");
    remove_file("/f");
    remove_folder("/m");
}

/* They are mounted on at another path. */
static void elsewhere(void)
{
    make_open("/b", 0777);
    make_both("/a/m", "/a/f");
    bind("/a", "/b");
    mount_on("/b/m");
    bind("/a/f", "/b/f");
    make_some("/a");
    try_all("/a/m", "/a/f");
    make_some("/b");
    take_off("/b/m");
    take_off("/b/f");
    remove_file("/a/f");
    remove_folder("/a/m");
}

/* What is mounted on is the root of a mount, so its own name is not that of the mount point. */
static void on_roots(void)
{
    make_both("/a/m", "/a/f");
    make_both("/b", "/c");
    bind("/a/m", "/b");
    mount_on("/b");
    bind("/a/f", "/c");
    bind("/proc/version", "/c");
    make_some("/a");
    try_all("/a/m", "/a/f");
}

/* The names have characters that are written in another way where mounts are listed. */
static void odd_names(void)
{
    make_both("/a/a b\n\t\\", "/a/\303\244");
    mount_on("/a/a b\n\t\\");
    bind("/a/\303\244", "/a/\303\244");
    make_some("/a");
    try_all("/a/a b\n\t\\", "/a/\303\244");
}

/* Those of another mount namespace are no mount points, and are taken off. */
static void unshared(void)
{
    int ends[2];
    char byte;

    make_both("/a/m", "/a/f");
    must(pipe(ends), "pipe");
    pid_t child = fork();
    if (child == 0) {
        must(unshare(CLONE_NEWNS), "unshare");
        must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
        mount_on("/a/m");
        bind("/a/f", "/a/f");
        must((int)write(ends[1], "", 1), "write");
        pause();
    }
    must((int)read(ends[0], &byte, 1), "read");
    make_some("/a");
    try_all("/a/m", "/a/f");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* /shared is a folder of the host, which has mounts on two names there. */
static void of_host(void)
{
    make_some("/a");
    try_all("/shared/m", "/shared/f");
}

static const struct named_case cases[] = {
    {"none", none},
    {"own", own},
    {"elsewhere", elsewhere},
    {"on-roots", on_roots},
    {"odd-names", odd_names},
    {"unshared", unshared},
    {"of-host", of_host},
};

int main(int count, char **arguments)
{
    umask(0);
    run_case(cases, sizeof cases / sizeof *cases, count > 1 ? arguments[1] : "");
    return 0;
}
