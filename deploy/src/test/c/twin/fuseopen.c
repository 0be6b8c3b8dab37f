/*
 * fuseopen own|large|link: opens a file of a FUSE file system in /mnt. With own, the daemon is the only thread that
 * could answer, and it makes the open itself, for which the kernel asks nothing any more. With large, a 32-bit program
 * opens a file that is too large for it, and the daemon never answers when a file is closed. With link, the daemon
 * makes folders through a link there, which the kernel knows by then, and through a procfs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../fuse.h"

#define ROOT 1
#define FILE_INODE 2
#define LINK_INODE 3
#define TARGET "/made"
#define TRIES 3
#define PATIENCE 20 /* seconds */

static int device;
static bool needs_open;

static struct fuse_attr attributes(uint64_t inode)
{
    bool root = inode == ROOT, link = inode == LINK_INODE;

    return (struct fuse_attr){.ino = inode,
        .mode = root ? S_IFDIR | 0755
            : link   ? S_IFLNK | 0777
                     : S_IFREG | 0644,
        .size = root ? 0 : UINT64_C(1) << 33,
        .nlink = 1,
        .blksize = 4096};
}

/* What it says is valid for long. A program of which the kernel asks an open once is not asked again. */
static void serve_one(void)
{
    static char buffer[1 << 17];
    const struct fuse_in_header *in = (struct fuse_in_header *)buffer;
    struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION,
        .minor = 31,
        .max_write = 4096,
        .flags = FUSE_NO_OPEN_SUPPORT | FUSE_CACHE_SYMLINKS};
    struct fuse_attr_out known = {.attr_valid = 1000};
    struct fuse_entry_out found
        = {.nodeid = FILE_INODE, .entry_valid = 1000, .attr_valid = 1000, .attr = attributes(FILE_INODE)};

    if (read(device, buffer, sizeof buffer) < (ssize_t)sizeof *in)
        _exit(0);
    switch (in->opcode) {
    case FUSE_INIT:
        return reply(device, in->unique, 0, &init, sizeof init);
    case FUSE_GETATTR:
        known.attr = attributes(in->nodeid);
        return reply(device, in->unique, 0, &known, sizeof known);
    case FUSE_LOOKUP:
        if (strcmp((const char *)(in + 1), "link") == 0) {
            found.nodeid = LINK_INODE;
            found.attr = attributes(LINK_INODE);
        }
        return reply(device, in->unique, 0, &found, sizeof found);
    case FUSE_READLINK:
        return reply(device, in->unique, 0, TARGET, sizeof TARGET - 1);
    case FUSE_OPEN:
        return reply(device, in->unique, needs_open ? 0 : -ENOSYS, &(struct fuse_open_out){.fh = 1},
            needs_open ? sizeof(struct fuse_open_out) : 0);
    case FUSE_FLUSH:
        return needs_open ? (void)0 : reply(device, in->unique, -ENOSYS, NULL, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        return;
    default:
        return reply(device, in->unique, -ENOSYS, NULL, 0);
    }
}

static void interrupt(int signal)
{
    (void)signal;
}

static void report(long opened)
{
    printf("open: %s\n", opened < 0 ? strerrorname_np((int)-opened) : "done");
}

static long open_file(void)
{
    int file = open("/mnt/file", O_RDONLY | O_CLOEXEC);

    return file < 0 ? -errno : file;
}

static long open_as_32_bit(void)
{
#ifdef __x86_64__
    static char path[] = "/mnt/file"; /* its address has 32 bits */
    long result = 5;

    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     : "b"(path), "c"(O_RDWR | O_CREAT), "d"(0644)
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
#else
    return -EOVERFLOW;
#endif
}

/* No notified call, so that the daemon can answer meanwhile. */
static void *open_once(void *unused)
{
    const struct {
        uint64_t flags, mode, resolve;
    } how = {.flags = O_RDONLY};

    (void)unused;
    close((int)syscall(SYS_openat2, AT_FDCWD, "/mnt/file", &how, sizeof how));
    return NULL;
}

static void serve_while(void *(*ask)(void *))
{
    struct pollfd polled = {.fd = device, .events = POLLIN};
    pthread_t thread;

    pthread_create(&thread, NULL, ask, NULL);
    while (pthread_tryjoin_np(thread, NULL) != 0)
        if (poll(&polled, 1, 10) > 0)
            serve_one();
}

static void own(void)
{
    serve_while(open_once);
    for (int i = 0; i < TRIES; i++) {
        alarm(PATIENCE);
        report(open_file());
    }
}

static void *follow_once(void *unused)
{
    struct stat found;

    (void)unused;
    if (stat("/mnt/link/.", &found) < 0)
        perror("stat");
    return NULL;
}

static void through_link(void)
{
    char path[64];

    mkdir(TARGET, 0755);
    serve_while(follow_once);
    for (int i = 0; i < TRIES; i++) {
        snprintf(path, sizeof path, "/proc/self/root/mnt/link/%d", i);
        alarm(PATIENCE);
        printf("mkdir: %s\n", mkdir(path, 0755) == 0 ? "done" : strerrorname_np(errno));
    }
}

static void large(void)
{
    pid_t daemon = fork();

    if (daemon == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            serve_one();
    }
    for (int i = 0; i < TRIES; i++) {
        alarm(PATIENCE);
        report(open_as_32_bit());
    }
    kill(daemon, SIGKILL);
}

int main(int count, char **arguments)
{
    struct sigaction action = {.sa_handler = interrupt};
    char options[128];

    setvbuf(stdout, NULL, _IONBF, 0);
    sigaction(SIGALRM, &action, NULL);
    mkdir("/mnt", 0755);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (count != 2 || device < 0 || mount("fuseopen", "/mnt", "fuse", 0, options) < 0) {
        perror("fuseopen");
        return 2;
    }
    needs_open = strcmp(arguments[1], "large") == 0;
    if (needs_open)
        large();
    else if (strcmp(arguments[1], "link") == 0)
        through_link();
    else
        own();
    return 0;
}
