/*
 * Receivers. They receive what comes on connections, because descriptors come along that somebody else chose. Closing
 * one can take for ever: a file on FUSE waits for its daemon, and a lingering socket waits for its peer. Each
 * connection has a process to itself until all its descriptors are closed, wherever that hangs. The agent gets bytes,
 * and a seccomp listener.
 *
 * A receiver itself only starts such processes. It keeps one ready ahead of need, and never starts more than it is
 * told. A process that is done is used again, because to start one costs more than to receive.
 */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "kernel.h"
#include "protocol.h"
#include "receive.h"
#include "relay.h"
#include "util.h"

#define HELD_MAX 64
#define HOLD_MILLISECONDS 10
#define IDLE_MILLISECONDS 500
#define PROCESSES_MAX UINT8_MAX
#define FREE_MAX 8 /* how many wait for jobs at most */

/* What the processes of a receiver have in common. */
static struct {
    volatile int *free; /* how many have no job; only the receiver writes it */
    int turn;           /* who has locked this file takes jobs; the kernel unlocks it when that process ends */
    int told;           /* where they say what they do; the receiver has the other end */
    int first;          /* the first descriptor that is nobody's but of a job */
} common;

/* What a process says. */
struct report {
    pid_t pid;
    bool is_free;
};

static bool report(bool is_free)
{
    struct report report = {.pid = getpid(), .is_free = is_free};

    return write(common.told, &report, sizeof report) == sizeof report;
}

static void set_turn(short type)
{
    struct flock turn = {.l_type = type, .l_whence = SEEK_SET};

    if (RETRY(fcntl(common.turn, F_SETLKW, &turn)) < 0)
        _exit(1);
}

/* Jobs of the agent: connections to end, and one connection to receive from. */
struct jobs {
    int to_end[HELD_MAX];
    int held;
    size_t count; /* 2 if there is one to receive from */
    int fds[2];
};

/* Whether there is a job. Otherwise one of those that wait is not needed. */
static bool await_job(int held)
{
    struct pollfd agent = {.fd = CONTROL_FD, .events = POLLIN};

    while (RETRY(poll(&agent, 1, held > 0 ? HOLD_MILLISECONDS : IDLE_MILLISECONDS)) <= 0) {
        if (held > 0)
            return false;
        if (*common.free > 1)
            _exit(0);
    }
    return true;
}

/* Takes several connections to end at a time, because in a flood a process for each would cost too much. */
static void take_jobs(struct jobs *jobs)
{
    size_t none;
    char job;

    jobs->held = 0;
    jobs->count = 0;
    while (jobs->held < HELD_MAX && jobs->count < 2 && await_job(jobs->held)) {
        if (receive_record(CONTROL_FD, &job, 1, jobs->fds, 2, &jobs->count) <= 0)
            _exit(0);
        /*
         * Waits until the agent has closed its own descriptor, because whoever closes the connection last may wait for
         * ever.
         */
        if (jobs->count == 1 && receive_record(CONTROL_FD, &job, 1, NULL, 0, &none) <= 0)
            _exit(0);
        if (jobs->count == 1)
            jobs->to_end[jobs->held++] = jobs->fds[0];
    }
}

/* Nothing of a job is left afterwards. Whether all was as usual, so that there can be a next one. */
static bool do_jobs(struct jobs *jobs, bool has_receiver)
{
    bool is_usual = has_receiver;

    if (has_receiver && jobs->count == 2) {
        is_usual = relay(jobs->fds[0], jobs->fds[1]);
        if (is_usual)
            end_connection(jobs->fds[1]);
    }
    close_listeners();
    while (jobs->held > 0)
        end_connection(jobs->to_end[--jobs->held]);
    if (!is_usual || sys_close_range((unsigned)common.first, UINT_MAX) < 0)
        return false;
    forget_pieces();
    return true;
}

static void serve(pid_t receiver) __attribute__((noreturn));
static void serve(pid_t receiver)
{
    struct jobs jobs;
    bool has_receiver;

    do {
        set_turn(F_WRLCK);
        take_jobs(&jobs);
        if (jobs.count == 2)
            prctl(PR_SET_PDEATHSIG, 0); /* the receiver ends with the agent */
        has_receiver = report(false);
        set_turn(F_UNLCK);
    } while (do_jobs(&jobs, has_receiver) && die_with_parent(receiver) == 0 && *common.free < FREE_MAX && report(true));
    _exit(0);
}

static pid_t start(int told, pid_t receiver)
{
    int pidfd;
    pid_t pid = sys_fork(0, &pidfd);

    if (pid == 0) {
        if (dup2(common.told, told) < 0 || die_with_parent(receiver) < 0)
            _exit(1);
        prctl(PR_SET_NAME, EXECUTOR_NAME);
        serve(receiver);
    }
    if (pid > 0)
        close(pidfd);
    return pid; /* if no process can be had, the next round tries again */
}

static struct report processes_known[PROCESSES_MAX]; /* a pid of 0: a place that is free */

static void note(pid_t pid, bool is_free)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++)
        if (processes_known[i].pid == pid) {
            *common.free += is_free - processes_known[i].is_free;
            processes_known[i].is_free = is_free;
            return;
        }
}

static void rename_place(pid_t from, pid_t to)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++)
        if (processes_known[i].pid == from) {
            processes_known[i].pid = to;
            return;
        }
}

/* Makes what the processes have in common. Gives the descriptor on which the receiver is told. */
static int make_common(void)
{
    int told[2];

    common.free = mmap(NULL, sizeof *common.free, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (common.free == MAP_FAILED)
        die("mmap");
    common.turn = memfd_create("turn", MFD_CLOEXEC);
    if (common.turn < 0)
        die("memfd_create");
    if (pipe2(told, O_CLOEXEC | O_NONBLOCK) < 0)
        die("pipe2");
    common.told = told[1];
    return told[0];
}

void receive_from_peers(int control, int processes)
{
    sigset_t children_only;
    int running = 0;
    pid_t self = getpid(), ended, started;
    struct report said;

    if (dup2(control, CONTROL_FD) < 0 || sys_close_range(CONTROL_FD + 1, UINT_MAX) < 0)
        _exit(1);
    prctl(PR_SET_NAME, RECEIVER_NAME);
    signal(SIGCHLD, SIG_DFL); /* the other signals stay blocked */
    sigemptyset(&children_only);
    sigaddset(&children_only, SIGCHLD);
    int children = signalfd(-1, &children_only, SFD_CLOEXEC | SFD_NONBLOCK);
    if (children < 0)
        die("signalfd");
    int told = make_common();
    common.first = common.told + 1;

    struct pollfd polled[]
        = {{.fd = CONTROL_FD, .events = POLLRDHUP}, {.fd = told, .events = POLLIN}, {.fd = children, .events = POLLIN}};
    for (;;) {
        struct signalfd_siginfo info;
        while (read(children, &info, sizeof info) > 0)
            continue;
        while (read(told, &said, sizeof said) == sizeof said)
            note(said.pid, said.is_free);
        while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
            running--;
            note(ended, false);
            rename_place(ended, 0);
        }
        if (*common.free == 0 && running < processes && (started = start(told, self)) > 0) {
            running++;
            rename_place(0, started);
            note(started, true);
        }
        if (poll(polled, 3, *common.free == 0 && running < processes ? 20 : -1) > 0
            && polled[0].revents & (POLLHUP | POLLRDHUP))
            _exit(0);
    }
}
