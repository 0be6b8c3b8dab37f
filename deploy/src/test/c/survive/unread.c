/*
 * unread FOLDER: mounts a FUSE file system on FOLDER, with a file of one page, and prints "ready". It never answers
 * when the file is read, and prints "held": not even SIGKILL ends the thread that reads.
 *
 * unread call FILE: makes a folder whose name is in that file, by way of its memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../fuse.h"

#define PAGE 4096

static int device;

static struct fuse_attr attributes(uint64_t id)
{
    return (struct fuse_attr){
        .ino = id, .mode = id == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644, .nlink = 1, .size = PAGE};
}

static void serve(const struct fuse_in_header *in)
{
    /* Without asynchronous reads, who reads waits for the daemon itself. */
    struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = PAGE};
    struct fuse_entry_out entry = {.nodeid = 2, .attr = attributes(2)};
    struct fuse_attr_out attr = {.attr = attributes(in->nodeid)};
    struct fuse_open_out opened = {0};

    switch (in->opcode) {
    case FUSE_INIT:
        reply(device, in->unique, 0, &init, sizeof init);
        break;
    case FUSE_LOOKUP:
        reply(device, in->unique, 0, &entry, sizeof entry);
        break;
    case FUSE_GETATTR:
        reply(device, in->unique, 0, &attr, sizeof attr);
        break;
    case FUSE_OPEN:
        reply(device, in->unique, 0, &opened, sizeof opened);
        break;
    case FUSE_READ:
        printf("held\n");
        break;
    case FUSE_INTERRUPT:
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
        break;
    default:
        reply(device, in->unique, -ENOSYS, NULL, 0);
    }
}

static int call(const char *path)
{
    int file = open(path, O_RDONLY);
    const char *name = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);

    if (name == MAP_FAILED) {
        perror(path);
        return 1;
    }
    return mkdir(name, 0755) < 0;
}

int main(int argc, char **argv)
{
    static char request[1 << 18] __attribute__((aligned(8)));
    char options[100];

    if (argc == 3 && strcmp(argv[1], "call") == 0)
        return call(argv[2]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (argc != 2 || device < 0 || mount("unread", argv[1], "fuse", 0, options) < 0) {
        perror("mount");
        return 1;
    }
    printf("ready\n");
    while (read(device, request, sizeof request) > 0)
        serve((const struct fuse_in_header *)request);
    return 0;
}
