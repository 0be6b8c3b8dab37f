/*
 * fuseroot [u][a][r]: makes calls in a process whose cwd is a FUSE mount, and with r its root too. With u the mount
 * belongs to a user namespace that an ordinary user makes. With a it lets everybody in.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../fuse.h"

#define NODES 64
#define USER 1000

/* A file system without contents. Node 0 is unused, and node 1 is the root. */
static struct node {
    char name[64];
    uint64_t parent;
    uint32_t mode, uid, gid;
} nodes[NODES] = {[1] = {.name = "/", .mode = S_IFDIR | 0755}};

static struct fuse_attr attributes(uint64_t id)
{
    struct node *node = &nodes[id];

    return (struct fuse_attr){
        .ino = id, .mode = node->mode, .nlink = 1, .uid = node->uid, .gid = node->gid, .blksize = 4096};
}

static uint64_t find(uint64_t parent, const char *name)
{
    for (uint64_t i = 2; i < NODES; i++)
        if (nodes[i].mode && nodes[i].parent == parent && strcmp(nodes[i].name, name) == 0)
            return i;
    return 0;
}

static void reply_entry(int device, uint64_t unique, uint64_t id)
{
    struct fuse_entry_out entry = {.nodeid = id, .attr = id ? attributes(id) : (struct fuse_attr){0}};

    reply(device, unique, id ? 0 : -ENOENT, &entry, sizeof entry);
}

static void make(int device, const struct fuse_in_header *in, uint32_t mode, const char *name)
{
    uint64_t id = 2;

    while (id < NODES - 1 && nodes[id].mode)
        id++;
    nodes[id] = (struct node){.parent = in->nodeid, .mode = mode, .uid = in->uid, .gid = in->gid};
    strncpy(nodes[id].name, name, sizeof nodes[id].name - 1);
    reply_entry(device, in->unique, id);
}

static void take_away(int device, const struct fuse_in_header *in, const char *name)
{
    uint64_t id = find(in->nodeid, name);

    nodes[id].mode = 0;
    reply(device, in->unique, id ? 0 : -ENOENT, NULL, 0);
}

static void change(int device, const struct fuse_in_header *in, const struct fuse_setattr_in *wanted)
{
    struct node *node = &nodes[in->nodeid];

    if (wanted->valid & FATTR_MODE)
        node->mode = (node->mode & S_IFMT) | (wanted->mode & 07777);
    if (wanted->valid & FATTR_UID)
        node->uid = wanted->uid;
    if (wanted->valid & FATTR_GID)
        node->gid = wanted->gid;
    struct fuse_attr_out out = {.attr = attributes(in->nodeid)};
    reply(device, in->unique, 0, &out, sizeof out);
}

static void serve(int device)
{
    static char buffer[1 << 17];
    struct fuse_in_header *in = (void *)buffer;
    void *body = in + 1;

    if (read(device, buffer, sizeof buffer) < (ssize_t)sizeof *in)
        _exit(0);
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
        return reply(device, in->unique, 0, &init, sizeof init);
    }
    case FUSE_LOOKUP:
        return reply_entry(device, in->unique, find(in->nodeid, body));
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr = attributes(in->nodeid)};
        return reply(device, in->unique, 0, &out, sizeof out);
    }
    case FUSE_SETATTR:
        return change(device, in, body);
    case FUSE_MKDIR: {
        struct fuse_mkdir_in *wanted = body;
        return make(device, in, S_IFDIR | wanted->mode, (char *)(wanted + 1));
    }
    case FUSE_MKNOD: {
        struct fuse_mknod_in *wanted = body;
        return make(device, in, wanted->mode, (char *)(wanted + 1));
    }
    case FUSE_UNLINK:
    case FUSE_RMDIR:
        return take_away(device, in, body);
    case FUSE_OPEN:
    case FUSE_OPENDIR: {
        struct fuse_open_out out = {0};
        return reply(device, in->unique, 0, &out, sizeof out);
    }
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
    case FUSE_FLUSH:
        return reply(device, in->unique, 0, NULL, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        return;
    default:
        return reply(device, in->unique, -ENOSYS, NULL, 0);
    }
}

static void report(const char *what, long result)
{
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
}

static void write_to(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        perror(path);
    close(fd);
}

static void use(int change_root)
{
    struct stat found = {0};

    report("chdir", chdir("/fuse"));
    if (change_root)
        report("chroot", chroot("."));
    report("mkdir", mkdir("folder", 0751));
    report("mkdir again", mkdir("folder", 0751));
    report("mkdir in it", mkdir("folder/below", 0700));
    report("mknod", mknod("fifo", S_IFIFO | 0600, 0));
    report("chmod", chmod("fifo", 0640));
    report("stat", stat("fifo", &found));
    printf("mode %o\n", found.st_mode);
    int fd = open("file", O_CREAT | O_RDWR, 0644);
    report("open", fd);
    close(fd);
    if (change_root)
        report("absolute", mkdir("/folder/absolute", 0755));
    fd = open("folder", O_RDONLY | O_DIRECTORY);
    report("open folder", fd);
    report("mkdirat", mkdirat(fd, "at", 0755));
    report("unlinkat", unlinkat(fd, "at", AT_REMOVEDIR));
    report("unlink", unlink("file"));
    report("rmdir, which is not empty", rmdir("fifo"));
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    char options[128];

    setvbuf(stdout, NULL, _IONBF, 0);
    mkdir("/fuse", 0755);
    chown("/fuse", USER, USER);
    if (strchr(mode, 'u')) {
        report("user", setresgid(USER, USER, USER) < 0 ? -1 : setresuid(USER, USER, USER));
        prctl(PR_SET_DUMPABLE, 1);
        report("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNS));
        write_to("/proc/self/setgroups", "deny");
        write_to("/proc/self/uid_map", "0 1000 1");
        write_to("/proc/self/gid_map", "0 1000 1");
    }
    nodes[1].uid = nodes[1].gid = 0; /* in the user namespace of the mount */
    int device = open("/dev/fuse", O_RDWR);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0%s", device,
        strchr(mode, 'a') ? ",allow_other,default_permissions" : ",default_permissions");
    report("mount", mount("own", "/fuse", "fuse", 0, options));
    pid_t daemon = fork();
    if (daemon == 0)
        for (;;)
            serve(device);
    close(device);
    pid_t user = fork();
    if (user == 0) {
        use(strchr(mode, 'r') != NULL);
        _exit(0);
    }
    waitpid(user, NULL, 0);
    kill(daemon, SIGKILL);
    return 0;
}
