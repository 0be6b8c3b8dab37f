/*
 * masks COUNT: mounts a proc on /root COUNT times and takes it off again. Meanwhile threads read what must be masked
 * there, and open for writing what must be read-only. They never write anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "attack.h"

static const char *const masked[] = {"kcore", "keys", "timer_list", "interrupts"};
static const char *const read_only[] = {"sys/kernel/core_pattern", "sysrq-trigger", "sys/kernel/modprobe"};

static unsigned long looks, shown;

static void look_at_masked(const char *name)
{
    char path[64], byte;

    snprintf(path, sizeof path, "/root/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    shown++;
    if (read(fd, &byte, 1) > 0)
        saw("BREACH: %s shows something", name);
    close(fd);
}

static void look_at_read_only(const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "/root/%s", name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        saw("BREACH: %s can be written", name);
        close(fd);
    } else if (errno != ENOENT) {
        shown++;
    }
}

static void *look(void *unused)
{
    for (;; looks++) {
        for (size_t i = 0; i < sizeof masked / sizeof *masked; i++)
            look_at_masked(masked[i]);
        for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++)
            look_at_read_only(read_only[i]);
    }
    return unused;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    start_thread(look, NULL);
    start_thread(look, NULL);
    for (int i = 0; i < atoi(argv[1]); i++) {
        if (mount("proc", "/root", "proc", 0, NULL) < 0)
            saw("mount: error %d", errno);
        else
            saw("mounted");
        if (umount2("/root", i % 2 ? MNT_DETACH : 0) < 0)
            saw("umount: error %d", errno);
    }
    if (looks > 100 && shown > 100)
        saw("looked");
    report();
    return 0;
}
