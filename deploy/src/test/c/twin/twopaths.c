/*
 * Prints how calls with two paths end, for all pairs of paths of which some are wrong, straight and through a procfs.
 * The kernel resolves the folder of the old path first, then that of the new one, and only then looks at the names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER 1000

static char too_long[257]; /* a name may have 255 bytes */
static const char *const ways[] = {"/two/", "/proc/self/root/two/", "/two/through/"};
static const char *const paths[] = {"folder/file", "folder/new", "folder/new/", "folder/inner", "none/x", "file/x",
    "file/./x", "closed/x", "loop/x", "folder/.", "folder/..", too_long};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void must(int failed, const char *what)
{
    if (!failed)
        return;
    perror(what);
    exit(1);
}

static void make_again(const char *name, int folder)
{
    remove(name);
    must((folder ? mkdir(name, 0755) : mknod(name, S_IFREG | 0644, 0)) < 0 && errno != EEXIST, name);
}

static void restore(void)
{
    remove("/two/folder/new");
    remove("/two/closed/x");
    make_again("/two/folder/file", 0);
    make_again("/two/folder/inner", 1);
}

static void result(const char *who, const char *call, const char *from, const char *to, long value)
{
    printf("%s: %s %s %s: %s\n", who, call, from, to, value < 0 ? strerrorname_np(errno) : "done");
    if (value == 0)
        restore();
}

static void try(const char *who, const char *from, const char *to)
{
    result(who, "rename", from, to, syscall(SYS_rename, from, to));
    result(who, "exchange", from, to, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 2));
    result(who, "link", from, to, syscall(SYS_link, from, to));
}

static void path(char *text, size_t size, size_t number)
{
    snprintf(text, size, "%s%s", ways[number / COUNT(paths)], paths[number % COUNT(paths)]);
}

static void try_all(const char *who)
{
    char from[512], to[512];

    for (size_t i = 0; i < COUNT(ways) * COUNT(paths); i++)
        for (size_t j = 0; j < COUNT(ways) * COUNT(paths); j++) {
            path(from, sizeof from, i);
            path(to, sizeof to, j);
            try(who, from, to);
        }
}

int main(void)
{
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    memset(too_long, 'x', sizeof too_long - 1);
    must(mkdir("/two", 0755) < 0 || mkdir("/two/folder", 0755) < 0 || mkdir("/two/closed", 0700) < 0, "folders");
    make_again("/two/file", 0);
    must(symlink("loop", "/two/loop") < 0 || symlink("/proc/self/root/two", "/two/through") < 0, "links");
    must(chown("/two/folder", USER, USER) < 0, "owner");
    for (int user = 0; user <= 1; user++) {
        fflush(stdout);
        if (fork() == 0) {
            must(user && (setresgid(USER, USER, USER) < 0 || setresuid(USER, USER, USER) < 0), "ids");
            restore();
            try_all(user ? "user" : "root");
            exit(0);
        }
        wait(NULL);
        restore();
        must(chown("/two/folder/file", USER, USER) < 0 || chown("/two/folder/inner", USER, USER) < 0, "owner");
    }
    return 0;
}
