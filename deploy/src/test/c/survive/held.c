/*
 * held FOLDER: mounts a FUSE file system on FOLDER and prints "ready". It holds each mkdir, mknod, rename and unlink
 * for a while before it does it, and prints "begun CALL NAME" and "done CALL NAME". Every name that begins with "dir-"
 * is a folder, and every name that begins with "old-" is a file until it is renamed or removed.
 *
 * A line "MILLIS COUNT PID" on standard input sets how long calls are held from now on. As soon as COUNT more of them
 * are done, the process PID is killed. With the COUNT 0 none is.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../fuse.h"

enum { ROOT = 1, NODES = 1024, HELD = 64 };

/* Node 0 is unused. What was removed keeps its node, without a mode. */
static struct node {
    char name[64];
    uint64_t parent;
    uint32_t mode;
} nodes[NODES] = {[ROOT] = {.name = "/", .mode = S_IFDIR | 0755}};
static uint64_t used = ROOT + 1;

static struct held {
    long due; /* 0: free */
    uint64_t unique, parent, new_parent;
    uint32_t opcode, mode;
    char name[64], new_name[64];
} held[HELD];

static int device, victim, done_before_kill;
static long hold_millis = 1000;

static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct fuse_attr attributes(uint64_t id)
{
    return (struct fuse_attr){.ino = id, .mode = nodes[id].mode, .nlink = 1, .blksize = 4096};
}

static uint64_t add(uint64_t parent, const char *name, uint32_t mode)
{
    if (used == NODES) {
        fprintf(stderr, "too many nodes\n");
        exit(1);
    }
    nodes[used].parent = parent;
    nodes[used].mode = mode;
    snprintf(nodes[used].name, sizeof nodes[used].name, "%s", name);
    return used++;
}

static uint64_t known(uint64_t parent, const char *name)
{
    for (uint64_t i = ROOT + 1; i < used; i++)
        if (nodes[i].parent == parent && strcmp(nodes[i].name, name) == 0)
            return i;
    return 0;
}

static uint64_t find(uint64_t parent, const char *name)
{
    uint64_t id = known(parent, name);

    if (id == 0 && strncmp(name, "dir-", 4) == 0)
        return add(parent, name, S_IFDIR | 0755);
    if (id == 0 && strncmp(name, "old-", 4) == 0)
        return add(parent, name, S_IFREG | 0644);
    return id != 0 && nodes[id].mode != 0 ? id : 0;
}

static void reply_entry(uint64_t unique, uint64_t id)
{
    struct fuse_entry_out entry = {.nodeid = id, .attr = attributes(id)};

    reply(device, unique, id ? 0 : -ENOENT, &entry, sizeof entry);
}

static const char *name_of(uint32_t opcode)
{
    switch (opcode) {
    case FUSE_MKDIR:
        return "mkdir";
    case FUSE_MKNOD:
        return "mknod";
    case FUSE_UNLINK:
        return "unlink";
    default:
        return "rename";
    }
}

static void make(struct held *call)
{
    uint64_t id = find(call->parent, call->name);

    if (id != 0)
        reply(device, call->unique, -EEXIST, NULL, 0);
    else
        reply_entry(call->unique, add(call->parent, call->name, call->mode));
}

static void take_away(struct held *call)
{
    uint64_t id = find(call->parent, call->name);

    if (id != 0 && call->opcode == FUSE_RENAME)
        add(call->new_parent, call->new_name, nodes[id].mode);
    nodes[id].mode = 0;
    reply(device, call->unique, id ? 0 : -ENOENT, NULL, 0);
}

static void finish(struct held *call)
{
    if (call->opcode == FUSE_MKDIR || call->opcode == FUSE_MKNOD)
        make(call);
    else
        take_away(call);
    if (done_before_kill > 0 && --done_before_kill == 0)
        kill(victim, SIGKILL);
    printf("done %s %s\n", name_of(call->opcode), call->name);
    call->due = 0;
}

static void hold(const struct fuse_in_header *in, uint32_t mode, const char *name, uint64_t to, const char *new_name)
{
    struct held *call = held;

    while (call->due != 0)
        call++;
    call->due = now() + hold_millis;
    call->unique = in->unique;
    call->parent = in->nodeid;
    call->new_parent = to;
    call->opcode = in->opcode == FUSE_RENAME2 ? FUSE_RENAME : in->opcode;
    call->mode = mode;
    snprintf(call->name, sizeof call->name, "%s", name);
    snprintf(call->new_name, sizeof call->new_name, "%s", new_name);
    printf("begun %s %s\n", name_of(call->opcode), call->name);
}

static void serve_one(void)
{
    static char buffer[1 << 17];
    struct fuse_in_header *in = (void *)buffer;
    char *body = (char *)(in + 1);

    if (read(device, buffer, sizeof buffer) < (ssize_t)sizeof *in)
        exit(0); /* it was taken off */
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
        return reply(device, in->unique, 0, &init, sizeof init);
    }
    case FUSE_LOOKUP:
        return reply_entry(in->unique, find(in->nodeid, body));
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr = attributes(in->nodeid)};
        return reply(device, in->unique, 0, &out, sizeof out);
    }
    case FUSE_MKDIR: {
        struct fuse_mkdir_in *wanted = (void *)body;
        return hold(in, S_IFDIR | wanted->mode, (char *)(wanted + 1), 0, "");
    }
    case FUSE_MKNOD: {
        struct fuse_mknod_in *wanted = (void *)body;
        return hold(in, wanted->mode, (char *)(wanted + 1), 0, "");
    }
    case FUSE_UNLINK:
        return hold(in, 0, body, 0, "");
    case FUSE_RENAME: {
        struct fuse_rename_in *wanted = (void *)body;
        char *name = (char *)(wanted + 1);
        return hold(in, 0, name, wanted->newdir, name + strlen(name) + 1);
    }
    case FUSE_RENAME2: {
        struct fuse_rename2_in *wanted = (void *)body;
        char *name = (char *)(wanted + 1);
        return hold(in, 0, name, wanted->newdir, name + strlen(name) + 1);
    }
    case FUSE_OPENDIR: {
        struct fuse_open_out out = {0};
        return reply(device, in->unique, 0, &out, sizeof out);
    }
    case FUSE_RELEASEDIR:
        return reply(device, in->unique, 0, NULL, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        return;
    default:
        return reply(device, in->unique, -ENOSYS, NULL, 0);
    }
}

static void read_order(void)
{
    char line[128];

    if (fgets(line, sizeof line, stdin) == NULL)
        exit(0); /* nobody wants it any more */
    if (sscanf(line, "%ld %d %d", &hold_millis, &done_before_kill, &victim) == 3)
        printf("ordered\n");
}

/* How long until the next call is due. Finishes those that are. */
static int finish_due(void)
{
    long time = now(), next = -1;

    for (struct held *call = held; call < held + HELD; call++) {
        if (call->due != 0 && call->due <= time)
            finish(call);
        if (call->due != 0 && (next < 0 || call->due - time < next))
            next = call->due - time;
    }
    return next;
}

int main(int argc, char **argv)
{
    char options[128];

    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (argc != 2 || device < 0) {
        perror("/dev/fuse");
        return 2;
    }
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (mount("held", argv[1], "fuse", 0, options) < 0) {
        perror("mount");
        return 1;
    }
    printf("ready\n");
    struct pollfd ready[] = {{device, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    for (;;) {
        poll(ready, 2, finish_due());
        if (ready[0].revents)
            serve_one();
        if (ready[1].revents)
            read_order();
    }
}
