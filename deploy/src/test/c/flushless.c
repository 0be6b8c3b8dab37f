/*
 * flushless FOLDER: mounts a FUSE file system with one file, "file", on FOLDER, and prints "ready". It answers all
 * requests except FLUSH, so closing a descriptor of the file takes until this program ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuse.h"

enum { ROOT = 1, FILE_INODE = 2 };

static int device;

static struct fuse_attr attributes(uint64_t inode)
{
    return (struct fuse_attr){
        .ino = inode, .mode = inode == ROOT ? S_IFDIR | 0755 : S_IFREG | 0644, .nlink = 1, .blksize = 4096};
}

static void serve_one(void)
{
    static char buffer[1 << 17];
    const struct fuse_in_header *request = (struct fuse_in_header *)buffer;
    const char *name = buffer + sizeof *request;

    if (read(device, buffer, sizeof buffer) < (ssize_t)sizeof *request)
        _exit(0); /* it was taken off */
    switch (request->opcode) {
    case FUSE_INIT:
        reply(device, request->unique, 0,
            &(struct fuse_init_out){.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096},
            sizeof(struct fuse_init_out));
        break;
    case FUSE_GETATTR:
        reply(device, request->unique, 0,
            &(struct fuse_attr_out){.attr_valid = 1000, .attr = attributes(request->nodeid)},
            sizeof(struct fuse_attr_out));
        break;
    case FUSE_LOOKUP:
        if (strcmp(name, "file") == 0)
            reply(device, request->unique, 0,
                &(struct fuse_entry_out){
                    .nodeid = FILE_INODE, .entry_valid = 1000, .attr_valid = 1000, .attr = attributes(FILE_INODE)},
                sizeof(struct fuse_entry_out));
        else
            reply(device, request->unique, -ENOENT, NULL, 0);
        break;
    case FUSE_OPEN:
    case FUSE_OPENDIR:
        reply(device, request->unique, 0, &(struct fuse_open_out){.fh = 1}, sizeof(struct fuse_open_out));
        break;
    case FUSE_FLUSH:
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        break;
    default:
        reply(device, request->unique, -ENOSYS, NULL, 0);
        break;
    }
}

int main(int argc, char **argv)
{
    char options[128];

    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (argc != 2 || device < 0) {
        perror("/dev/fuse");
        return 2;
    }
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (mount("flushless", argv[1], "fuse", 0, options) < 0) {
        perror("mount");
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    for (;;)
        serve_one();
}
