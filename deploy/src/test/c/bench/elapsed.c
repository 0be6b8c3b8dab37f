/*
 * elapsed [NAME=VALUE]... COMMAND...: runs a command with these in its environment, and prints how many nanoseconds it
 * took. What the command prints goes to standard error.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

int main(int argc, char **argv)
{
    int status;

    for (; argc > 1 && strchr(argv[1], '='); argc--, argv++)
        putenv(argv[1]);
    if (argc < 2)
        return 2;
    uint64_t before = now();
    pid_t child = fork();
    if (child == 0) {
        dup2(2, 1);
        execvp(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return 2;
    printf("%llu\n", (unsigned long long)(now() - before));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
