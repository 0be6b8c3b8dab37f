/*
 * An agent under a keeper, which does what the lines on its standard input say and answers each with a line. It reads
 * byte by byte, so that what one that was killed has not read is there for the next one.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST 3

static int keeper, count;
static volatile sig_atomic_t status_at_term;

static void fail(const char *what)
{
    printf("failed: %s: %s\n", what, strerror(errno));
    exit(99);
}

static int number_in(const char *variable)
{
    const char *text = getenv(variable);
    return text ? atoi(text) : -1;
}

static int send_text(const char *text, size_t length, const int *fds, int fd_count)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(253 * sizeof(int))];
    } control = {0};
    struct iovec iov = {.iov_base = (char *)text, .iov_len = length};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};

    if (fd_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        control.header = (struct cmsghdr){CMSG_LEN(fd_count * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.header), fds, fd_count * sizeof(int));
    }
    return sendmsg(keeper, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int file_with(const char *content)
{
    int fd = memfd_create("kept", MFD_CLOEXEC);

    if (fd < 0 || pwrite(fd, content, strlen(content), 0) != (ssize_t)strlen(content))
        fail("memfd");
    return fd;
}

static void store_fd(const char *name, int fd)
{
    char text[100];

    snprintf(text, sizeof text, "FDSTORE=1\nFDNAME=%s\nFDPOLL=0\n", name);
    if (send_text(text, strlen(text), &fd, 1) < 0)
        fail("storing");
    close(fd);
}

static void store(const char *name, const char *content)
{
    store_fd(name, file_with(content));
}

/* Each is stored with its name as its content. */
static void store_many(int from, int to)
{
    for (int i = from; i < to; i++) {
        char name[16];
        snprintf(name, sizeof name, "m%05d", i);
        store(name, name);
    }
}

/* An end of a connection on which lies a TCP socket that lingers: what it has sent is never read. */
static void store_lingering(const char *name)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec iov = {.iov_base = "x", .iov_len = 1};
    struct msghdr message = {&(struct sockaddr_un){0}, 0, &iov, 1, &control, sizeof control, 0};
    struct sockaddr_storage address = {.ss_family = AF_INET};
    socklen_t size = sizeof address;
    int ends[2], listening = socket(AF_INET, SOCK_STREAM, 0), out = socket(AF_INET, SOCK_STREAM, 0);
    static char bytes[1 << 20];

    if (listen(listening, 1) < 0 || getsockname(listening, (struct sockaddr *)&address, &size) < 0
        || connect(out, (struct sockaddr *)&address, size) < 0 || accept(listening, NULL, NULL) < 0
        || setsockopt(out, SOL_SOCKET, SO_LINGER, &(struct linger){1, 1000}, sizeof(struct linger)) < 0)
        fail("tcp");
    while (send(out, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        continue;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        fail("socketpair");
    message.msg_name = NULL;
    control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &out, sizeof out);
    if (sendmsg(ends[0], &message, 0) < 0)
        fail("sendmsg");
    close(out);
    store_fd(name, ends[1]);
}

/* NAME=CONTENT of all that was handed down. */
static void list(void)
{
    char *rest = strdup(getenv("LISTEN_FDNAMES"));

    for (int i = 0; i < count; i++) {
        char content[100] = "", *name = strsep(&rest, ":");
        if (pread(FIRST + i, content, sizeof content - 1, 0) < 0)
            snprintf(content, sizeof content, "%s", strerror(errno));
        printf("%s%s=%s", i > 0 ? " " : "", name, content);
    }
    printf("%s\n", rest && *rest ? " and more names" : "");
}

static void check_many(void)
{
    char *rest = strdup(getenv("LISTEN_FDNAMES"));
    int good = 0;

    for (int i = 0; i < count; i++) {
        char content[100] = "";
        pread(FIRST + i, content, sizeof content - 1, 0);
        good += strcmp(strsep(&rest, ":"), content) == 0;
    }
    printf("%d of %d\n", good, count);
}

/* Sends a text, in which / stands for a new line and @ for a NUL, with so many descriptors. */
static void send_any(int fds, char *text)
{
    int many[253], fd = file_with("any");

    for (char *c = text; *c; c++)
        *c = *c == '/' ? '\n' : *c;
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        text[i] = text[i] == '@' ? '\0' : text[i];
    for (int i = 0; i < fds; i++)
        many[i] = fd;
    printf("%d\n", send_text(text, length, many, fds));
    close(fd);
}

static void end_at_term(int signal)
{
    (void)signal;
    _exit(status_at_term);
}

/* A process that outlives the agent. */
static void leave_orphan(int seconds)
{
    pid_t pid = fork();

    if (pid == 0) {
        close(keeper);
        close(STDOUT_FILENO);
        sleep(seconds);
        _exit(0);
    }
    printf("%d\n", pid);
}

static void child_sends(char *text)
{
    pid_t pid = fork();

    if (pid == 0) {
        send_any(1, text);
        _exit(0);
    }
    pause();
}

/* Answers until somebody reads the file, and then never more. */
static void serve_files(int device, int told) __attribute__((noreturn));
static void serve_files(int device, int told)
{
    static char request[1 << 18], reply[1024];
    struct fuse_in_header *in = (void *)request;
    struct fuse_out_header *out = (void *)reply;
    void *body = reply + sizeof *out;

    for (;;) {
        ssize_t got = read(device, request, sizeof request);
        if (got < 0 && errno == EPERM) { /* it is not mounted yet */
            usleep(1000);
            continue;
        }
        if (got <= 0)
            exit(0);
        struct fuse_attr attributes
            = {.ino = in->nodeid, .nlink = 1, .size = 4096, .mode = in->nodeid == 1 ? S_IFDIR | 0755 : S_IFREG | 0644};
        size_t size = 0;
        memset(reply, 0, sizeof reply);
        out->unique = in->unique;
        switch (in->opcode) {
        case FUSE_INIT:
            *(struct fuse_init_out *)body = (struct fuse_init_out){.major = 7, .minor = 31, .max_write = 4096};
            size = sizeof(struct fuse_init_out);
            break;
        case FUSE_LOOKUP:
            attributes.mode = S_IFREG | 0644;
            *(struct fuse_entry_out *)body = (struct fuse_entry_out){.nodeid = 2, .attr = attributes};
            size = sizeof(struct fuse_entry_out);
            break;
        case FUSE_OPEN:
            *(struct fuse_open_out *)body = (struct fuse_open_out){.open_flags = FOPEN_DIRECT_IO};
            size = sizeof(struct fuse_open_out);
            break;
        case FUSE_READ:
            write(told, "", 1);
            continue;
        case FUSE_INTERRUPT:
        case FUSE_FORGET:
            continue;
        default:
            out->error = -ENOSYS;
        }
        out->len = (uint32_t)(sizeof *out + size);
        write(device, reply, out->len);
    }
}

static void *read_forever(void *fd)
{
    char byte;

    pread(*(int *)fd, &byte, 1, 0);
    return NULL;
}

struct stuck {
    pid_t daemon;
    int told;
};

/* As soon as the daemon has seen the thread that reads. */
static void *say_when_stuck(void *started)
{
    struct stuck *stuck = started;
    char byte;

    read(stuck->told, &byte, 1);
    printf("%d\n", stuck->daemon);
    return NULL;
}

/* A thread of it, or the first one, waits in the kernel and cannot be killed, as long as the process lives whose number
 * it says. */
static void stick(bool is_first)
{
    char options[100], path[] = "/tmp/kept-fuse-XXXXXX", name[sizeof path + 3];
    int device = open("/dev/fuse", O_RDWR | O_CLOEXEC), told[2];
    static int file;
    static struct stuck started;
    pthread_t thread;

    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
    if (device < 0 || pipe2(told, O_CLOEXEC) < 0 || !mkdtemp(path))
        fail("fuse");
    pid_t daemon = fork();
    if (daemon == 0) {
        close(keeper);
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        serve_files(device, told[1]);
    }
    snprintf(name, sizeof name, "%s/f", path);
    if (mount("fuse", path, "fuse", 0, options) < 0 || close(device) < 0
        || (file = open(name, O_RDONLY | O_CLOEXEC)) < 0)
        fail("fuse mount");
    umount2(path, MNT_DETACH);
    rmdir(path);
    started = (struct stuck){daemon, told[0]};
    if (is_first) {
        pthread_create(&thread, NULL, say_when_stuck, &started);
        read_forever(&file);
    }
    pthread_create(&thread, NULL, read_forever, &file);
    say_when_stuck(&started);
}

/*
 * A process that accepts or makes calls, as the keeper sees it. It ends when nobody has the other end of its socket,
 * which may be kept.
 */
static void start_other(const char *name, const char *called)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        fail("socketpair");
    pid_t pid = fork();
    if (pid == 0) {
        close(keeper);
        close(STDOUT_FILENO);
        dup2(ends[1], 3);
        close_range(4, ~0U, 0);
        prctl(PR_SET_NAME, called);
        read(3, &pid, 1);
        _exit(0);
    }
    close(ends[1]);
    if (strcmp(name, "-") != 0)
        store_fd(name, dup(ends[0])); /* its own one stays open */
    printf("%d\n", pid);
}

static void obey(char *line)
{
    char name[100] = "";
    int number = 0, second = 0, skipped = 0;

    if (sscanf(line, "store %99s %n", name, &skipped) == 1)
        store(name, line + skipped), puts("ok");
    else if (sscanf(line, "lastly %99s %n", name, &skipped) == 1)
        store(name, line + skipped), kill(getpid(), SIGKILL);
    else if (sscanf(line, "many %d %d", &number, &second) == 2)
        store_many(number, second), puts("ok");
    else if (sscanf(line, "lingering %99s", name) == 1)
        store_lingering(name), puts("ok");
    else if (strcmp(line, "check") == 0)
        check_many();
    else if (strcmp(line, "list") == 0)
        list();
    else if (sscanf(line, "send %d %n", &number, &skipped) == 1)
        send_any(number, line + skipped);
    else if (sscanf(line, "childsends %n", &skipped) == 0 && skipped > 0)
        child_sends(line + skipped);
    else if (sscanf(line, "orphan %d", &number) == 1)
        leave_orphan(number);
    else if (strcmp(line, "stick first") == 0)
        stick(true);
    else if (strcmp(line, "stick another") == 0)
        stick(false);
    else if (sscanf(line, "acceptor %99s", name) == 1)
        start_other(name, "seccomp-accept");
    else if (sscanf(line, "executor %99s", name) == 1)
        start_other(name, "seccomp-helper");
    else if (sscanf(line, "term %d", &number) == 1)
        status_at_term = number, signal(SIGTERM, end_at_term), puts("ok");
    else if (strcmp(line, "ignore") == 0)
        signal(SIGTERM, SIG_IGN), puts("ok");
    else if (strcmp(line, "waits") == 0)
        puts(getenv("SECCOMP_AGENT_WAIT"));
    else if (sscanf(line, "exit %d", &number) == 1)
        exit(number);
    else if (strcmp(line, "hear") == 0) {
        ssize_t length = recv(keeper, name, sizeof name - 1, 0);
        printf("%s\n", length < 0 ? strerror(errno) : length == 0 ? "the end" : name);
    } else
        printf("what is '%s'?\n", line);
}

int main(int argc, char **argv)
{
    static char line[1 << 16];
    size_t length = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    keeper = number_in("SECCOMP_AGENT_KEEPER");
    count = number_in("LISTEN_FDS");
    if (number_in("LISTEN_PID") != getpid())
        fail("LISTEN_PID");
    if (argc > 1)
        printf("%s ", argv[1]);
    printf("started %d with %d\n", getpid(), count);
    while (read(STDIN_FILENO, line + length, 1) == 1) {
        if (line[length] != '\n') {
            length++;
            continue;
        }
        line[length] = '\0';
        length = 0;
        obey(line);
    }
    return 0;
}
