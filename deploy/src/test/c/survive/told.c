/*
 * told NAME RECORD FOLDER STOP MICROSECONDS MODE:MILLIS:COUNT...: makes calls below FOLDER, and appends to RECORD what
 * came of each. Each mode has a process of its own, which makes one round of its calls every MILLIS, COUNT rounds at
 * most (0: any number), until there is a file STOP. A signal with SA_RESTART comes to each every MICROSECONDS, as Go
 * programs send it to themselves (0: never). If the first mode has no COUNT, this program stays until it is killed.
 *
 * A line of RECORD is "CALL ITEM RESULT BEGIN END". ITEM is a name that no other call has. RESULT is 0, an errno, or
 * what is wrong about a success, or with an error: "again-ERRNO" if all is as after a success. BEGIN and END are from
 * the monotonic clock, in nanoseconds. The last line is "end NAME". If RECORD cannot be opened, the exit status is the
 * errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER = 77, MOUNTS = 4, BURST = 300 };

static const char *name, *folder, *stop;
static int record;
static char own[128]; /* NAME and the mode: begins the names of files */

static void ignore(int signal)
{
    (void)signal;
}

static long long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void must(int good, const char *what)
{
    if (!good) {
        dprintf(record, "broken %s-%s %d %lld %lld\n", own, what, errno, now(), now());
        exit(1);
    }
}

/* What the call that is being made is told, and when it began. */
static long long begin;

static void tell(const char *call, const char *item, const char *result, long long end)
{
    char line[512];
    int length = snprintf(line, sizeof line, "%s %s %s %lld %lld\n", call, item, result, begin, end);

    if (write(record, line, length) != length)
        exit(1);
}

/*
 * Records a call that returned RESULT. THERE says whether all is as after one success, and is looked at after the call
 * has returned.
 */
static void told(const char *call, const char *item, int result, int error, int there)
{
    long long end = now();
    char text[64];

    if (result >= 0)
        snprintf(text, sizeof text, "%s", there ? "0" : "wrong");
    else
        snprintf(text, sizeof text, "%s%d", there ? "again-" : "", error);
    tell(call, item, text, end);
}

#define CALL(call, item, made, there)                                                                                  \
    do {                                                                                                               \
        begin = now();                                                                                                 \
        int result = (made), error = errno;                                                                            \
        told(call, item, result, error, there);                                                                        \
    } while (0)

static char *path(const char *kind, long n)
{
    static char paths[8][PATH_MAX];
    static unsigned next;
    char *made = paths[next++ % 8];

    snprintf(made, PATH_MAX, "%s/%s-%s-%ld", folder, kind, own, n);
    return made;
}

static const char *item(long n)
{
    static char made[192];

    snprintf(made, sizeof made, "%s-%ld", own, n);
    return made;
}

static ino_t inode(const char *at)
{
    struct stat found;

    return lstat(at, &found) == 0 ? found.st_ino : 0;
}

static int links(const char *at)
{
    struct stat found;

    return lstat(at, &found) == 0 ? (int)found.st_nlink : 0;
}

static int is_folder(const char *at)
{
    struct stat found;

    return lstat(at, &found) == 0 && S_ISDIR(found.st_mode);
}

static int points_to(const char *at, const char *text)
{
    char buffer[64] = "";

    return readlink(at, buffer, sizeof buffer - 1) > 0 && strcmp(buffer, text) == 0;
}

static int mode_of(const char *at)
{
    struct stat found;

    return lstat(at, &found) == 0 ? (int)(found.st_mode & 07777) : -1;
}

static void make_file(const char *at)
{
    must(mknod(at, S_IFREG | 0600, 0) == 0, "file");
}

/* A call that failed has perhaps done nothing. The next ones need a file there all the same. */
static void need_file(const char *at)
{
    if (inode(at) == 0)
        make_file(at);
}

/* Everything but the folder is removed again. */
static void files(long n)
{
    char *old = path("old", n), *new = path("new", n), *other = path("other", n), *link_path = path("link", n),
         *symlink_path = path("symlink", n), *made = path("made", n);

    CALL("mkdir", item(n), mkdir(made, 0755), is_folder(made));
    make_file(old);
    make_file(other);
    ino_t first = inode(old), second = inode(other);
    CALL("rename", item(n), rename(old, new), inode(new) == first && inode(old) == 0);
    need_file(new);
    first = inode(new);
    CALL("exchange", item(n), renameat2(AT_FDCWD, new, AT_FDCWD, other, RENAME_EXCHANGE),
        inode(new) == second && inode(other) == first);
    CALL("link", item(n), link(new, link_path), inode(link_path) == inode(new) && links(new) == 2);
    need_file(link_path);
    CALL("symlink", item(n), symlink("target", symlink_path), points_to(symlink_path, "target"));
    need_file(symlink_path);
    CALL("chmod", item(n), chmod(new, 0751), mode_of(new) == 0751);
    CALL("unlink", item(n), unlink(new), inode(new) == 0);
    CALL("unlink-other", item(n), unlink(other), inode(other) == 0);
    CALL("unlink-link", item(n), unlink(link_path), inode(link_path) == 0);
    CALL("unlink-symlink", item(n), unlink(symlink_path), inode(symlink_path) == 0);
}

/* A descriptor must be that of the new file, and of nothing else. */
static int is_open_at(int fd, const char *at)
{
    struct stat opened, found;

    return fd > record && fstat(fd, &opened) == 0 && lstat(at, &found) == 0 && opened.st_ino == found.st_ino
        && opened.st_dev == found.st_dev && write(fd, "x", 1) == 1;
}

static void opens(long n)
{
    char *at = path("open", n);
    int fd = -1;

    CALL("open", item(n), fd = open(at, O_CREAT | O_EXCL | O_WRONLY, 0600),
        fd < 0 ? inode(at) != 0 : is_open_at(fd, at));
    if (fd > record)
        close(fd);
    need_file(at);
    CALL("unlink", item(n), unlink(at), inode(at) == 0);
}

/* Which file system is there: each mount and each umount changes that. */
static dev_t device(const char *at)
{
    struct stat found;

    return stat(at, &found) == 0 ? found.st_dev : 0;
}

/*
 * A mount stays for some rounds, so often another agent than the one that made it takes it off. A round leaves out what
 * the failure of an earlier call has made impossible. No agent knows of a mount that failed and is there all the same:
 * it is left alone.
 */
static void mounts(long n)
{
    static int unknown[MOUNTS];
    char *at = path("mount", n % MOUNTS);
    dev_t before = device(at);
    int made = -1;

    if (unknown[n % MOUNTS])
        return;
    if (!is_folder(at)) {
        CALL("mkdir-mount", item(n), mkdir(at, 0755), is_folder(at));
        if (!is_folder(at))
            return;
    } else if (before != device(folder)) {
        CALL("umount", item(n), umount2(at, 0), device(at) != before);
    }
    before = device(at);
    CALL("mount", item(n), made = mount("storm", at, "tmpfs", 0, "size=64k"), device(at) != before);
    unknown[n % MOUNTS] = made < 0 && device(at) != before;
}

/* Calls that nobody else makes: the agent answers them, delays them, or freezes the container. */
static int strange(long call)
{
    struct timespec unused;

    return syscall(call, 0, &unused);
}

static void plain(long n)
{
    int answer = -1;

    CALL("plain", item(n), answer = strange(SYS_sched_get_priority_max), answer == ANSWER);
}

/* Many calls without a pause. The one that took longest stands for all. */
static void flood(long n)
{
    long long slowest = 0, took = -1;

    for (int i = 0; i < BURST; i++) {
        begin = now();
        int answer = strange(SYS_sched_get_priority_max), error = errno;
        if (answer != ANSWER)
            return told("flood", item(n), answer, error, 0);
        if (now() - begin > took) {
            took = now() - begin;
            slowest = begin;
        }
    }
    begin = slowest;
    tell("flood", item(n), "0", slowest + took);
}

static void delay(long n)
{
    int answer = -1;

    CALL("delay", item(n), answer = strange(SYS_sched_get_priority_min), answer == ANSWER);
}

/* The answer comes after the thaw. */
static void freeze(long n)
{
    CALL("freeze", item(n), strange(SYS_sched_rr_get_interval), 0);
}

static const struct {
    const char *name;
    void (*round)(long n);
} modes[] = {{"files", files}, {"opens", opens}, {"mounts", mounts}, {"plain", plain}, {"flood", flood},
    {"delay", delay}, {"freeze", freeze}};

static void signal_every(long microseconds)
{
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGURG};
    struct itimerspec every
        = {.it_interval = {microseconds / 1000000, microseconds % 1000000 * 1000}, .it_value = {0, 1}};
    timer_t timer;

    must(sigaction(SIGURG, &action, NULL) == 0, "sigaction");
    if (microseconds > 0)
        must(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &every, NULL) == 0, "timer");
}

static void wait_until(long long time)
{
    struct timespec end = {time / 1000000000, time % 1000000000};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
        ;
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static int run(char *mode, long microseconds)
{
    char *millis = strchr(mode, ':'), *count = millis ? strchr(millis + 1, ':') : NULL, text[32];

    if (count == NULL)
        return 2;
    *millis++ = 0;
    *count++ = 0;
    snprintf(own, sizeof own, "%s-%s", name, mode);
    signal_every(microseconds);
    int before = open_descriptors();
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, mode) != 0)
            continue;
        long long next = now() + getpid() * 7919 % (atol(millis) + 1) * 1000000LL; /* not all at the same time */
        for (long n = 0; (atol(count) == 0 || n < atol(count)) && access(stop, F_OK) != 0; n++) {
            wait_until(next);
            modes[i].round(n);
            long long after = now();
            next += atol(millis) * 1000000LL;
            next = next < after ? after : next;
        }
        begin = now();
        snprintf(text, sizeof text, "%d", open_descriptors() - before);
        tell("strays", own, text, now());
        return 0;
    }
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 7)
        return 2;
    name = argv[1];
    folder = argv[3];
    stop = argv[4];
    record = open(argv[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (record < 0)
        return errno;
    int endless = strcmp(strrchr(argv[6], ':') ? strrchr(argv[6], ':') : "", ":0") == 0;
    for (int i = 6; i < argc; i++)
        if (fork() == 0)
            exit(run(argv[i], atol(argv[5])));
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    dprintf(record, "end %s\n", name);
    if (endless)
        pause(); /* the container stays, with its mounts */
    return 0;
}
