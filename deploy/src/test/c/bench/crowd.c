/*
 * crowd SOCKET COUNT: COUNT processes, each with a seccomp listener that is handed to an agent as a container
 * runtime does it. Then it reads commands, and does each of them at once in all processes. It prints how many
 * nanoseconds passed until the last process was done:
 *   attach   hands the listeners over and makes one call in each process
 *   calls N  makes N plain calls in each
 *   timed N  the same, and adds p50 and p99 of all calls to the line, in nanoseconds, to the next 3 %
 *   mkdirs N makes N calls in each that fail on behalf
 *   sleep    makes calls of chown one after the other, and never ends
 * At the end of its input the processes are killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum what { ATTACH, CALLS, TIMED, MKDIRS, SLEEP };

#define PARTS 32 /* of each power of two, in the histogram */

/* Shared by all processes. Each waits until turn changes for its next command. The parent waits for done. */
struct shared {
    uint32_t turn, done, failed;
    enum what what;
    long count;
    uint64_t histogram[64 * PARTS];
};

static struct shared *shared;
static const char *path;

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void await_other(uint32_t *number, uint32_t value)
{
    while (__atomic_load_n(number, __ATOMIC_ACQUIRE) == value)
        syscall(SYS_futex, number, FUTEX_WAIT, value, NULL, NULL, 0);
}

static void add(uint32_t *number)
{
    __atomic_add_fetch(number, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, number, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* These calls are notified: fchmodat, which is answered with EBADMSG, fchownat and mkdirat. */
static int install_filter(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fchmodat, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fchownat, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};

    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int connected(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    return fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -1 : fd;
}

static int attach(int *listener)
{
    char state[512];
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    int pid = getpid();
    int length = snprintf(state, sizeof state,
        "{\"ociVersion\":\"1.0.2\",\"fds\":[\"seccompFd\"],\"pid\":%d,\"metadata\":\"\","
        "\"state\":{\"ociVersion\":\"1.0.2\","
        "\"id\":\"crowd-%d\",\"status\":\"running\",\"pid\":%d,\"bundle\":\"/\"}}",
        pid, pid, pid);
    struct iovec data = {state, (size_t)length};
    struct msghdr message
        = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int agent = connected();

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), listener, sizeof(int));
    if (agent < 0 || sendmsg(agent, &message, MSG_NOSIGNAL) != length)
        return -1;
    close(agent);
    close(*listener);
    return 0;
}

static int plain_call(void)
{
    return syscall(SYS_fchmodat, AT_FDCWD, "/", 0755) < 0 && errno == EBADMSG ? 0 : -1;
}

static unsigned bucket_of(uint64_t nanos)
{
    if (nanos < PARTS)
        return (unsigned)nanos;
    unsigned power = 63u - (unsigned)__builtin_clzll(nanos) - 5; /* 2^5 is PARTS */
    return (power + 1) * PARTS + (unsigned)((nanos >> power) - PARTS);
}

static uint64_t least_of(unsigned bucket)
{
    unsigned power = bucket / PARTS;

    return power == 0 ? bucket : (uint64_t)(PARTS + bucket % PARTS) << (power - 1);
}

static uint64_t percentile(uint64_t per_cent)
{
    uint64_t all = 0, below = 0;

    for (unsigned i = 0; i < 64 * PARTS; i++)
        all += shared->histogram[i];
    for (unsigned i = 0; i < 64 * PARTS; i++)
        if ((below += shared->histogram[i]) * 100 >= all * per_cent)
            return least_of(i);
    return 0;
}

static int timed_calls(long count)
{
    uint64_t before = now();

    for (long i = 0; i < count; i++) {
        if (plain_call() < 0)
            return -1;
        uint64_t after = now();
        __atomic_add_fetch(&shared->histogram[bucket_of(after - before)], 1, __ATOMIC_RELAXED);
        before = after;
    }
    return 0;
}

static int obey(int *listener)
{
    switch (shared->what) {
    case ATTACH:
        return attach(listener) < 0 ? -1 : plain_call();
    case CALLS:
        for (long i = 0; i < shared->count; i++)
            if (plain_call() < 0)
                return -1;
        return 0;
    case TIMED:
        return timed_calls(shared->count);
    case MKDIRS:
        for (long i = 0; i < shared->count; i++)
            syscall(SYS_mkdirat, AT_FDCWD, "/none/x", 0755);
        return 0;
    default:
        for (;;)
            syscall(SYS_fchownat, AT_FDCWD, "/", -1, -1, 0);
    }
}

static void live(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* a user may not install the filter otherwise */
    int listener = install_filter();
    if (listener < 0)
        add(&shared->failed);
    add(&shared->done);
    for (uint32_t turn = 0;; turn++) {
        await_other(&shared->turn, turn);
        if (obey(&listener) < 0)
            add(&shared->failed);
        add(&shared->done);
    }
}

static void await_all(uint32_t count)
{
    for (uint32_t done; (done = __atomic_load_n(&shared->done, __ATOMIC_ACQUIRE)) < count;)
        await_other(&shared->done, done);
    if (shared->failed > 0) {
        fprintf(stderr, "crowd: %u of %u processes failed\n", shared->failed, count);
        kill(0, SIGTERM);
    }
}

static void command(enum what what, long calls, uint32_t count)
{
    uint64_t begin = now();

    shared->what = what;
    shared->count = calls;
    shared->done = 0;
    memset(shared->histogram, 0, sizeof shared->histogram);
    add(&shared->turn);
    if (what != SLEEP)
        await_all(count);
    printf("%llu", (unsigned long long)(now() - begin));
    if (what == TIMED)
        printf(" %llu %llu", (unsigned long long)percentile(50), (unsigned long long)percentile(99));
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char line[64];
    uint32_t count = argc == 3 ? (uint32_t)atoi(argv[2]) : 0;

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == 0 || shared == MAP_FAILED)
        return 2;
    path = argv[1];
    setpgid(0, 0);
    signal(SIGCHLD, SIG_IGN);
    for (uint32_t i = 0; i < count; i++)
        if (fork() == 0)
            live();
    await_all(count);
    while (fgets(line, sizeof line, stdin) != NULL)
        if (strncmp(line, "attach", 6) == 0)
            command(ATTACH, 0, count);
        else if (strncmp(line, "calls ", 6) == 0)
            command(CALLS, atol(line + 6), count);
        else if (strncmp(line, "timed ", 6) == 0)
            command(TIMED, atol(line + 6), count);
        else if (strncmp(line, "mkdirs ", 7) == 0)
            command(MKDIRS, atol(line + 7), count);
        else
            command(SLEEP, 0, count);
    kill(0, SIGKILL);
}
