/*
 * mounts granted|own: makes many calls of mount(2) and umount2(2) below /home in a container. For each, it prints what
 * the call returned and what the mount table shows then. The calls of "own" are those that only a caller with
 * CAP_SYS_ADMIN may make, so nothing can grant them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define BAD_POINTER ((const char *)8)

static char path_4095[4096], path_4096[4097];

static const char *error_name(int result)
{
    return result == 0 ? "0" : strerrorname_np(errno);
}

/* The lines of the mount table about /home and what is directly below it, without numbers that always differ. */
static void print_table(void)
{
    char line[8192], root[4096], place[4096], options[512], rest[4096];
    FILE *table = fopen("/proc/self/mountinfo", "re");

    while (table && fgets(line, sizeof line, table)) {
        if (sscanf(line, "%*d %*d %*s %4095s %4095s %511s %4095[^\n]", root, place, options, rest) != 4
            || strncmp(place, "/home", 5) != 0 || (strlen(place) > 6 && strchr(place + 6, '/')))
            continue;
        const char *propagation = strstr(rest, "shared:") ? "shared"
            : strstr(rest, "master:")                     ? "slave"
            : strstr(rest, "unbindable")                  ? "unbindable"
                                                          : "private";
        /* Only the last name of the root: what is above is the container's own. */
        printf("    %s %s %s %s %s\n", strrchr(root, '/'), place, options, propagation, strstr(rest, "- ") + 2);
    }
    if (table)
        fclose(table);
}

static void clean(void)
{
    static const char *const places[] = {"/home/a/b", "/home/a", "/home/b", "/home/file", "/home/shared", "/home"};

    chdir("/home");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        while (umount2(places[i], MNT_DETACH) == 0)
            ;
}

static void try_mount(const char *what, const char *source, const char *target, const char *type, unsigned long flags,
    const char *options)
{
    int result = mount(source, target, type, flags, options);

    printf("%s: %s\n", what, error_name(result));
    print_table();
}

static void try_umount(const char *what, const char *target, int flags)
{
    int result = umount2(target, flags);

    printf("  umount %s: %s\n", what, error_name(result));
    print_table();
}

static void all_flags(const char *type)
{
    static const unsigned long each[] = {0, MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOSUID | MS_NODEV | MS_NOEXEC,
        MS_NOATIME, MS_NODIRATIME, MS_NOATIME | MS_NODIRATIME, MS_STRICTATIME, MS_STRICTATIME | MS_NOATIME, MS_RELATIME,
        MS_SYNCHRONOUS, MS_DIRSYNC, MS_LAZYTIME, 256 /* MS_NOSYMFOLLOW */, MS_SILENT, MS_MGC_VAL,
        MS_MGC_VAL | MS_RDONLY, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME};
    char what[64];

    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        snprintf(what, sizeof what, "%s flags %#lx", type, each[i]);
        try_mount(what, type, "/home/a", type, each[i], NULL);
        try_umount("", "/home/a", 0);
        clean();
    }
}

static void all_options(const char *type, const char *const *options)
{
    char what[128];

    for (; *options; options++) {
        snprintf(what, sizeof what, "%s options '%s'", type, *options);
        try_mount(what, "none", "/home/a", type, 0, *options);
        clean();
    }
}

static void all_strings(void)
{
    static char source_255[256];

    memset(source_255, 's', sizeof source_255 - 1);
    try_mount("source NULL", NULL, "/home/a", "tmpfs", 0, NULL);
    clean();
    try_mount("source empty", "", "/home/a", "tmpfs", 0, "");
    clean();
    try_mount("source of 255", source_255, "/home/a", "tmpfs", 0, "size=64k");
    clean();
    try_mount("source with a space and bytes that are no text", "a b\xff", "/home/a", "tmpfs", 0, NULL);
    clean();
    try_mount("source unreadable", BAD_POINTER, "/home/a", "tmpfs", 0, NULL);
    try_mount("type unreadable", "none", "/home/a", BAD_POINTER, 0, NULL);
    try_mount("options unreadable", "none", "/home/a", "tmpfs", 0, BAD_POINTER);
    try_mount("target unreadable", "none", BAD_POINTER, "tmpfs", 0, NULL);
    try_mount("target NULL", "none", NULL, "tmpfs", 0, NULL);
}

/* If the kernel resolves a path itself, it starts from the cwd. */
static void all_layers(void)
{
    static const char *const layers[] = {"lowerdir=file", "lowerdir=lower:a", "lowerdir=./lower:../home/a",
        "lowerdir=/home/lower:/home/a", "lowerdir=lower:missing", "lowerdir=self/cwd:self/root", "lowerdir=lower:sys"};
    char what[128];

    mkdir("/home/lower", 0755);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        chdir("/home");
        snprintf(what, sizeof what, "overlay of '%s'", layers[i]);
        try_mount(what, "none", "b", "overlay", 0, layers[i]);
        clean();
    }
    chdir("/home/lower");
    try_mount("overlay with another cwd", "none", "../b", "overlay", 0, "lowerdir=.:../a");
    clean();
}

static void all_targets(void)
{
    static const char *const targets[] = {"a", "./a", "a/", "/home/a/.", "a/../b", "link", "link/", "dangling", "loop",
        "file", "file/", "missing", "missing/b", "", ".", "..", "/proc/self/cwd/a", "/proc/thread-self/cwd/a",
        "/proc/self/root/home/a", "/proc/self/fd/9", "/dev/fd/9", "/proc/self/fd/8", "/../home/a", "absolute"};
    char what[256];

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        chdir("/home");
        snprintf(what, sizeof what, "target '%s'", targets[i]);
        try_mount(what, "none", targets[i], "tmpfs", 0, "size=64k");
        try_umount("the same", targets[i], 0);
        clean();
    }
    try_mount("target of 4095", "none", path_4095, "tmpfs", 0, NULL);
    try_umount("of 4095", path_4095, 0);
    clean();
    try_mount("target of 4096", "none", path_4096, "tmpfs", 0, NULL);
    try_umount("of 4096", path_4096, 0);
    mkdir("/home/gone", 0755);
    chdir("/home/gone");
    rmdir("/home/gone");
    try_mount("a directory that was removed", "none", ".", "tmpfs", 0, NULL);
    clean();
}

/* Granted umounts are lazy, so only the caller's own umount finds the mount in use. */
static void all_umounts(int own)
{
    int held;

    try_mount("one", "none", "/home/a", "tmpfs", 0, NULL);
    try_mount("one on top", "none", "/home/a", "tmpfs", 0, "size=64k");
    try_umount("the upper one", "/home/a", 0);
    try_umount("the lower one", "/home/a", 0);
    try_umount("none", "/home/a", 0);
    try_mount("in use", "none", "/home/a", "tmpfs", 0, NULL);
    held = open("/home/a", O_RDONLY | O_CLOEXEC);
    if (own)
        try_umount("in use", "/home/a", 0);
    try_umount("in use, lazily", "/home/a", MNT_DETACH);
    close(held);
    try_mount("with another one in it", "none", "/home/a", "tmpfs", 0, NULL);
    mkdir("/home/a/b", 0755);
    try_mount("the other one", "none", "/home/a/b", "tmpfs", 0, NULL);
    if (own)
        try_umount("with another one in it", "/home/a", 0);
    try_umount("a link to it", "/home/link/b", 0);
    try_umount("through a link", "/home/link", 0);
    try_mount("for a link", "none", "/home/a", "tmpfs", 0, NULL);
    try_umount("not following a link", "/home/link", UMOUNT_NOFOLLOW);
    try_umount("not following", "/home/a", UMOUNT_NOFOLLOW);
    try_umount("missing", "/home/missing", 0);
    try_umount("a file", "/home/file", 0);
    try_umount("no mount", "/home/b", MNT_DETACH);
    try_umount("flags that there are not", "/home/a", 16);
    try_umount("unreadable", BAD_POINTER, 0);
    try_umount("empty", "", 0);
    clean();
}

/* Calls that change existing mounts. */
static void own(void)
{
    try_mount("bind", "/home/b", "/home/a", NULL, MS_BIND, NULL);
    try_mount("bind read-only", NULL, "/home/a", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
    try_mount("bind again", "/home/a", "/home/b", "ignored", MS_BIND, "ignored");
    clean();
    try_mount("bind a file", "/home/file", "/home/file", NULL, MS_BIND, NULL);
    try_umount("a file", "/home/file", 0);
    try_mount("bind a directory on a file", "/home/a", "/home/file", NULL, MS_BIND, NULL);
    try_mount("bind from nothing", NULL, "/home/a", NULL, MS_BIND, NULL);
    try_mount("bind from empty", "", "/home/a", NULL, MS_BIND, NULL);
    try_mount("bind from missing", "/home/missing", "/home/a", NULL, MS_BIND, NULL);
    try_mount("bind from a relative link", "link", "b", NULL, MS_BIND, NULL);
    try_mount("bind from own descriptor", "/proc/self/fd/9", "b", NULL, MS_BIND | MS_REC, NULL);
    clean();
    try_mount("shared", "none", "/home/shared", "tmpfs", 0, "mode=700");
    try_mount("make shared", NULL, "/home/shared", NULL, MS_SHARED, NULL);
    try_mount("bind of shared", "/home/shared", "/home/a", NULL, MS_BIND, NULL);
    try_mount("make slave", "none", "/home/a", NULL, MS_SLAVE, NULL);
    try_mount("make private", NULL, "/home/a", NULL, MS_PRIVATE | MS_REC, NULL);
    try_mount("make unbindable", NULL, "/home/a", NULL, MS_UNBINDABLE, NULL);
    try_mount("bind of unbindable", "/home/a", "/home/b", NULL, MS_BIND, NULL);
    try_mount("two kinds of propagation", NULL, "/home/a", NULL, MS_SHARED | MS_PRIVATE, NULL);
    clean();
    try_mount("to be moved", "moved", "/home/a", "tmpfs", 0, NULL);
    try_mount("move", "/home/a", "/home/b", NULL, MS_MOVE, NULL);
    try_mount("move what is no mount", "/home/a", "/home/b", NULL, MS_MOVE, NULL);
    try_mount("remount", "ignored", "/home/b", "ignored", MS_REMOUNT | MS_RDONLY, "size=32k");
    try_mount("remount with a bad option", NULL, "/home/b", NULL, MS_REMOUNT, "nosuch");
    try_mount("remount what is no mount", NULL, "/home/a", NULL, MS_REMOUNT, NULL);
    clean();
    try_mount("a type that there is not", "none", "/home/a", "nosuchfs", 0, NULL);
    try_mount("no type", "none", "/home/a", NULL, 0, NULL);
    try_mount("an empty type", "none", "/home/a", "", 0, NULL);
    try_mount("ramfs", "none", "/home/a", "ramfs", MS_NOATIME, "mode=711");
    try_umount("to expire", "/home/a", MNT_EXPIRE);
    try_umount("expired", "/home/a", MNT_EXPIRE);
    try_umount("by force", "/home/a", MNT_FORCE);
    clean();
}

static void prepare(void)
{
    chdir("/home");
    mkdir("a", 0755);
    mkdir("b", 0755);
    mkdir("shared", 0755);
    close(open("file", O_CREAT | O_WRONLY, 0644));
    symlink("a", "link");
    symlink("/home/a", "absolute");
    symlink("missing", "dangling");
    symlink("loop", "loop");
    dup2(open("/home/a", O_PATH | O_DIRECTORY), 9);
    memset(path_4095, '/', sizeof path_4095 - 1);
    memcpy(path_4095, "/home", 5);
    path_4095[4094] = 'a';
    memset(path_4096, '/', sizeof path_4096 - 1);
}

int main(int argc, char **argv)
{
    static const char *const of_tmpfs[] = {"size=64k", "mode=0710,uid=5,gid=6", "nr_inodes=10", ",,size=64k,,",
        "nosuch=1", "nosuch", "size=bogus", "mode=99", "size", "ro", "noexec", "", NULL};
    static const char *const of_proc[]
        = {"hidepid=2", "hidepid=bogus", "gid=5", "subset=pid", "hidepid=invisible,gid=7", NULL};

    if (argc != 2)
        return 2;
    prepare();
    int is_own = strcmp(argv[1], "own") == 0;
    if (is_own)
        own();
    all_flags("tmpfs");
    all_options("tmpfs", of_tmpfs);
    if (strcmp(argv[1], "granted") == 0) {
        all_flags("proc");
        all_options("proc", of_proc);
    }
    all_strings();
    all_layers();
    all_targets();
    all_umounts(is_own);
    return 0;
}
