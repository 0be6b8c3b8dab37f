/*
 * again CALL PATH [EVERY]: makes a call on PATH while SIGUSR1 may come, and a signal every EVERY milliseconds. All are
 * handled with SA_RESTART, so the call must seem to be made once. Prints what came of it, and how many milliseconds it
 * took. The call "twice" makes a folder twice, from the same place, and waits for PATH.go in between.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char other[4096];

static void ignore(int signal)
{
    (void)signal;
}

static int touch(const char *path)
{
    return close(creat(path, 0600));
}

static ino_t inode(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 ? found.st_ino : 0;
}

static int make_folder(const char *path)
{
    return mkdir(path, 0755);
}

static int make_node(const char *path)
{
    return mknod(path, S_IFIFO | 0600, 0);
}

static int make_symlink(const char *path)
{
    return symlink("/somewhere", path);
}

static int make_link(const char *path)
{
    return link(other, path);
}

static int move(const char *path)
{
    return rename(other, path);
}

static int exchange(const char *path)
{
    ino_t first, second;

    touch(path);
    first = inode(path), second = inode(other);
    if (renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE) < 0)
        return -1;
    errno = EBADMSG;
    return inode(path) == second && inode(other) == first ? 0 : -1;
}

static int drop(const char *path)
{
    (void)path;
    return unlink(other);
}

static int make_file(const char *path)
{
    struct stat made;
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);

    if (fd < 0)
        return -1;
    errno = EBADMSG;
    return write(fd, "x", 1) == 1 && fstat(fd, &made) == 0 && made.st_ino == inode(path) ? 0 : -1;
}

static int mount_memory(const char *path)
{
    mkdir(path, 0755);
    return mount("none", path, "tmpfs", 0, NULL);
}

static const struct {
    const char *name;
    int (*make)(const char *path);
} calls[] = {{"mkdir", make_folder}, {"twice", make_folder}, {"mknod", make_node}, {"symlink", make_symlink},
    {"link", make_link}, {"rename", move}, {"exchange", exchange}, {"unlink", drop}, {"open", make_file},
    {"mount", mount_memory}};

static long now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    int every = argc == 4 ? atoi(argv[3]) : 0;
    struct itimerval timer = {{0, every * 1000}, {0, every * 1000}};
    int (*make)(const char *path) = NULL;
    char go[4096];

    for (size_t i = 0; argc >= 3 && i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, argv[1]) == 0)
            make = calls[i].make;
    if (make == NULL)
        return 2;
    snprintf(other, sizeof other, "%s.other", argv[2]);
    snprintf(go, sizeof go, "%s.go", argv[2]);
    touch(other);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    for (int left = strcmp(argv[1], "twice") == 0 ? 2 : 1; left > 0; left--) {
        long begin = now();
        int rc = make(argv[2]);
        int error = errno;
        printf("%s %ld\n", rc == 0 ? "done" : strerror(error), now() - begin);
        fflush(stdout);
        while (left > 1 && access(go, F_OK) < 0)
            usleep(10000);
    }
    return 0;
}
