/*
 * onecall CALL PATH [TO]: makes one call, with a handler for SIGWINCH that has SA_RESTART.
 * Prints what the call returned, or its error, and how many signals came.
 * It is not SIGURG: runc exec before 1.2 passes on those of its own Go runtime.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void count(int signal)
{
    (void)signal;
    signals++;
}

static int make(const char *call, const char *path, const char *to)
{
    if (strcmp(call, "mkdir") == 0)
        return mkdir(path, 0755);
    if (strcmp(call, "mknod") == 0)
        return mknod(path, S_IFREG | 0644, 0);
    if (strcmp(call, "unlink") == 0)
        return unlink(path);
    if (strcmp(call, "rename") == 0 && to != NULL)
        return rename(path, to);
    errno = EINVAL;
    return -1;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};

    if (argc < 3 || sigaction(SIGWINCH, &action, NULL) < 0)
        return 2;
    int result = make(argv[1], argv[2], argv[3]);
    printf("%s after %d signals\n", result == 0 ? "success" : strerror(errno), (int)signals);
    return 0;
}
