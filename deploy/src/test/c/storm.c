/*
 * storm CALL COUNT FOLDER: makes a call COUNT times on new files below FOLDER. Meanwhile a signal with SA_RESTART comes
 * every millisecond, as Go's runtime sends them to itself. No call can really fail, so every error is false, and the
 * effect of each call must be there afterwards. Prints how often each error came.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void count(int signal)
{
    (void)signal;
    signals++;
}

static int make_folder(const char *path)
{
    return mkdir(path, 0755);
}

/* A write shows whether the descriptor is good. If not, the result is "other". */
static int make_file(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    struct stat made, found;

    if (fd < 0)
        return -1;
    int good
        = write(fd, "x", 1) == 1 && fstat(fd, &made) == 0 && stat(path, &found) == 0 && made.st_ino == found.st_ino;
    close(fd);
    errno = EBADF;
    return good ? 0 : -1;
}

/* The file exists already, so only a descriptor shows that it was opened. */
static int reopen(const char *path)
{
    (void)path;
    int fd = open("/bin/busybox", O_RDONLY);

    return fd < 0 ? -1 : close(fd);
}

/* Counts descriptors that nobody knows about. */
static int strays(void)
{
    int count = 0;

    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static ino_t inode(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 ? found.st_ino : 0;
}

static int exchange(const char *path)
{
    char other[4200];

    snprintf(other, sizeof other, "%s.other", path);
    if (mknod(path, S_IFREG | 0600, 0) < 0 || mknod(other, S_IFREG | 0600, 0) < 0)
        return -1;
    ino_t first = inode(path), second = inode(other);
    if (renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE) < 0)
        return -1;
    errno = EBADF;
    return inode(path) == second && inode(other) == first ? 0 : -1;
}

static int attribute(const char *path)
{
    if (mknod(path, S_IFREG | 0600, 0) < 0 || setxattr(path, "user.storm", "x", 1, XATTR_CREATE) < 0)
        return -1;
    return removexattr(path, "user.storm");
}

static const struct {
    const char *name;
    int (*make)(const char *path);
} calls[]
    = {{"mkdir", make_folder}, {"open", make_file}, {"reopen", reopen}, {"exchange", exchange}, {"xattr", attribute}};

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    struct itimerval every_millisecond = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    int (*make)(const char *path) = NULL;
    int exist = 0, interrupted = 0, other = 0, before = strays();
    char path[4096];

    for (size_t i = 0; argc == 4 && i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, argv[1]) == 0)
            make = calls[i].make;
    if (make == NULL || sigaction(SIGALRM, &action, NULL) < 0 || setitimer(ITIMER_REAL, &every_millisecond, NULL) < 0)
        return 2;
    for (int i = 0; i < atoi(argv[2]); i++) {
        snprintf(path, sizeof path, "%s/%d", argv[3], i);
        if (make(path) == 0)
            continue;
        exist += errno == EEXIST || errno == ENODATA;
        interrupted += errno == EINTR;
        other += errno != EEXIST && errno != ENODATA && errno != EINTR;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    printf("EEXIST %d EINTR %d other %d signals %d stray %d\n", exist, interrupted, other, (int)signals,
        strays() - before);
    return 0;
}
