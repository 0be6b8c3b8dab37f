/*
 * User namespaces for the callers: one with a single id, as a user makes it, one with many ids, and one nested in that.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "differential.h"

static void write_file(pid_t pid, const char *name, const char *text)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        die(path);
    close(fd);
}

static int open_namespace(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        die(path);
    return fd;
}

/* The process that makes one must be in its parent. So a process is sent there for each. */
static int make(int parent, const char *map)
{
    int ready[2], result, status;

    if (pipe(ready) < 0)
        die("pipe");
    pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        if (parent >= 0 && (setns(parent, CLONE_NEWUSER) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
            die("user namespace");
        if (unshare(CLONE_NEWUSER) < 0)
            die("user namespace");
        if (write(ready[1], &byte, 1) == 1)
            pause();
        _exit(1);
    }
    char byte;
    close(ready[1]);
    if (child < 0 || read(ready[0], &byte, 1) != 1)
        die("user namespace");
    close(ready[0]);

    pid_t writer = fork();
    if (writer == 0) {
        if (parent >= 0 && setns(parent, CLONE_NEWUSER) < 0)
            die("user namespace");
        write_file(child, "uid_map", map);
        write_file(child, "gid_map", map);
        _exit(0);
    }
    if (waitpid(writer, &status, 0) < 0 || status != 0)
        die("the maps of a user namespace");
    result = open_namespace(child);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return result;
}

void make_user_namespaces(int *namespaces)
{
    namespaces[NO_NAMESPACE] = open_namespace(getpid());
    namespaces[ONE_ID] = make(-1, "0 1000 1\n");
    namespaces[MANY_IDS] = make(-1, "0 100000 65536\n");
    namespaces[NESTED] = make(namespaces[MANY_IDS], "0 1000 1000\n");
}
