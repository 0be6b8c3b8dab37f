/*
 * worker COUNT DIRECTORY [kill]: makes a folder COUNT times on behalf. Meanwhile threads look for the workers that do
 * it, and try what one process can do to another. With "kill", they only kill each worker that they may kill.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "attack.h"

static bool kills;

static bool is_worker(const char *pid)
{
    char path[64], name[16] = "";

    snprintf(path, sizeof path, "/proc/%s/comm", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, name, sizeof name - 1);
    close(fd);
    return length > 0 && strncmp(name, "seccomp-helper", 14) == 0;
}

/* Some files of a process without memory can be opened, but they are empty. */
static void open_of(pid_t pid, const char *name, int flags)
{
    char path[64], byte;

    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flags & O_PATH)
        saw("BREACH: its %s can be opened", name);
    else if (pread(fd, &byte, 1, strcmp(name, "mem") ? 0 : 0x400000) > 0)
        saw("BREACH: its %s can be read", name);
    close(fd);
}

static void look_at(pid_t pid)
{
    static const char *const files[] = {"mem", "environ", "maps", "pagemap", "auxv"};
    static const char *const links[]
        = {"exe", "root", "cwd", "fd/0", "fd/1", "fd/2", "fd/3", "fd/4", "ns/mnt", "ns/user"};
    char byte;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        open_of(pid, files[i], O_RDONLY);
    open_of(pid, "mem", O_RDWR);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        open_of(pid, links[i], O_PATH);
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    if (process_vm_readv(pid, &here, 1, &there, 1, 0) > 0)
        saw("BREACH: its memory can be read");
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    for (int fd = 0; pidfd >= 0 && fd < 8; fd++)
        if (syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0)
            saw("BREACH: its descriptor %d can be taken", fd);
    if (pidfd >= 0)
        close(pidfd);
    if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0)
        saw("BREACH: it can be traced");
}

static void *look_for_workers(void *unused)
{
    for (;;) {
        DIR *proc = opendir("/proc");
        struct dirent *entry;

        while (proc && (entry = readdir(proc)) != NULL) {
            if (!isdigit((unsigned char)entry->d_name[0]) || !is_worker(entry->d_name))
                continue;
            saw("met");
            if (!kills)
                look_at(atoi(entry->d_name));
            else if (kill(atoi(entry->d_name), SIGKILL) == 0)
                saw("killed");
        }
        closedir(proc);
    }
    return unused;
}

int main(int argc, char **argv)
{
    if (argc < 3 || chdir(argv[2]) < 0)
        return 2;
    kills = argc > 3;
    start_thread(look_for_workers, NULL);
    start_thread(look_for_workers, NULL);
    for (int i = 0; i < atoi(argv[1]); i++) {
        if (mkdir("made", 0755) < 0)
            saw("mkdir: error %d", errno);
        else
            saw("made");
        rmdir("made");
    }
    report();
    return 0;
}
