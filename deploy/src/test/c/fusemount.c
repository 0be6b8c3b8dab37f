/*
 * fusemount FOLDER TYPE [USER]: mounts its own FUSE file system on FOLDER, serves it, and prints what a child sees
 * there. Its root is an empty directory of mode 0751 with an inode number that it chooses itself. With USER the mount
 * belongs to that user, only that user may look at it, and it is only taken off.
 */
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void reply(int device, uint64_t unique, int error, const void *data, size_t size)
{
    struct fuse_out_header header = {.len = sizeof header + size, .error = error, .unique = unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)data, size}};

    if (writev(device, parts, 2) < 0)
        perror("reply");
}

static void serve_one(int device)
{
    static char buffer[1 << 17];
    struct fuse_in_header *request = (struct fuse_in_header *)buffer;

    if (read(device, buffer, sizeof buffer) < (ssize_t)sizeof *request)
        _exit(0); /* it was taken off */
    if (request->opcode == FUSE_INIT) {
        struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
        reply(device, request->unique, 0, &init, sizeof init);
    } else if (request->opcode == FUSE_GETATTR) {
        struct fuse_attr_out attributes = {.attr = {.ino = 77, .mode = S_IFDIR | 0751, .nlink = 2}};
        reply(device, request->unique, 0, &attributes, sizeof attributes);
    } else {
        reply(device, request->unique, -38 /* ENOSYS */, NULL, 0);
    }
}

static int look(const char *folder, int is_own)
{
    struct stat found;
    char line[1024];
    FILE *mounts = fopen("/proc/mounts", "r");

    while (mounts && fgets(line, sizeof line, mounts))
        if (strstr(line, folder))
            printf("%s", line);
    if (is_own && stat(folder, &found) < 0) {
        perror("stat");
        return 1;
    }
    if (is_own)
        printf("mode %o\n", found.st_mode);
    if (umount2(folder, 0) < 0) {
        perror("umount");
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    char options[128];
    int device = open("/dev/fuse", O_RDWR), status;

    if (argc < 3 || device < 0) {
        perror("/dev/fuse");
        return 2;
    }
    device = dup2(device, 47); /* a number that no descriptor on the agent's side has by chance */
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%s,group_id=0", device, argc > 3 ? argv[3] : "0");
    if (mount("own", argv[1], argv[2], MS_NOEXEC, options) < 0) {
        perror("mount");
        return 1;
    }
    pid_t daemon = fork();
    if (daemon == 0)
        for (;;)
            serve_one(device);
    close(device);
    int failed = look(argv[1], argc == 3);
    close(47);
    waitpid(daemon, &status, 0);
    return failed;
}
