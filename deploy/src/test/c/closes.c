/*
 * closes TIMES: opens and closes files in the working directory. Prints how often another process still had them open
 * when that matters: a program that was just written cannot be executed, a file cannot be locked or leased, a pipe does
 * not end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUSY 77

static int opened(const char *name, int flags)
{
    int fd = open(name, flags, 0755);

    if (fd < 0) {
        perror(name);
        exit(1);
    }
    return fd;
}

static int is_busy(const char *name)
{
    char *arguments[] = {(char *)name, "--was-written", NULL}, *environment[] = {NULL};
    int status;
    pid_t child = vfork();

    if (child == 0) {
        execve(name, arguments, environment);
        _exit(errno == ETXTBSY ? BUSY : 1);
    }
    waitpid(child, &status, 0);
    if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != BUSY)
        exit(1);
    return WEXITSTATUS(status) == BUSY;
}

static int written_and_executed(void)
{
    char part[1 << 16];
    int from = opened("/proc/self/exe", O_RDONLY), to = opened("program", O_WRONLY | O_CREAT | O_TRUNC);
    ssize_t size;

    while ((size = read(from, part, sizeof part)) > 0)
        if (write(to, part, (size_t)size) != size)
            exit(1);
    close(from);
    close(to);
    return is_busy("./program");
}

static int locked(void)
{
    int fd = opened("locked", O_RDWR | O_CREAT), failed = flock(fd, LOCK_EX | LOCK_NB) < 0;

    close(fd);
    return failed;
}

static int leased(void)
{
    close(opened("leased", O_RDWR | O_CREAT));
    int fd = opened("leased", O_RDONLY), failed = fcntl(fd, F_SETLEASE, F_RDLCK) < 0;

    close(fd);
    return failed;
}

static int without_end(void)
{
    char byte;
    int reader = opened("pipe", O_RDONLY | O_NONBLOCK), writer = opened("pipe", O_WRONLY | O_NONBLOCK);

    if (write(writer, "x", 1) != 1)
        exit(1);
    close(writer);
    int none = read(reader, &byte, 1) != 1, open_still = read(reader, &byte, 1) < 0 && errno == EAGAIN;
    close(reader);
    return none || open_still;
}

static int count(int (*once)(void), int times)
{
    int failed = 0;

    for (int i = 0; i < times; i++)
        failed += once();
    return failed;
}

int main(int argc, char **argv)
{
    int times = argc == 2 ? atoi(argv[1]) : 0;

    if (argc == 2 && strcmp(argv[1], "--was-written") == 0)
        return 0;
    if (mkfifo("pipe", 0600) < 0 && errno != EEXIST)
        return 1;
    printf("busy %d, ", count(written_and_executed, times));
    printf("locked %d, ", count(locked, times));
    printf("not leased %d, ", count(leased, times));
    printf("without end %d\n", count(without_end, times));
    return 0;
}
