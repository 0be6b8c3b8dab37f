/*
 * The execute mode: forks workers, announces each on the control socket, and ends when that is closed. The workers die
 * with it. It does not use PR_SET_PDEATHSIG itself: that fires when the thread that spawned it ends, not the agent.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

static int spawn(pid_t helper)
{
    int ends[2], pidfd_out = -1;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd agents = ends[0], workers = ends[1];
    /* A request with all groups that there can be is larger than a socket's buffer is by default. */
    setsockopt(agents, SOL_SOCKET, SO_SNDBUFFORCE, &(int){1 << 20}, sizeof(int));
    pid_t pid = sys_fork(0, &pidfd_out);
    if (pid == 0) {
        close_fd(&agents);
        work(workers, helper);
    }
    if (pid < 0)
        return -1;
    autofd pidfd = pidfd_out;
    struct announcement announcement = {.pid = pid};
    if (send_record(CONTROL_FD, &announcement, sizeof announcement, (int[]){agents, pidfd}, 2) < 0)
        exit(0); /* the agent is gone */
    return 0;
}

/* The agent counts on one announcement for each that it asked for: a lack of processes or memory is waited out. */
static void spawn_patiently(pid_t helper)
{
    struct pollfd control = {.fd = CONTROL_FD, .events = POLLRDHUP};

    while (spawn(helper) < 0) {
        if (errno != EAGAIN && errno != ENOMEM && errno != ENFILE && errno != ENOBUFS && errno != ETOOMANYREFS)
            die("starting a worker");
        if (poll(&control, 1, 20) > 0)
            exit(0);
    }
}

int execute(int pool)
{
    char asked;
    sigset_t all;
    pid_t self = getpid();

    setsid();
    signal(SIGCHLD, SIG_IGN); /* the kernel reaps */
    /* The end of the agent ends this, and whoever can name a worker may not divert it: SIGKILL and SIGSTOP are left. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    umask(0);
    join_empty_keyring();
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        die("PR_SET_DUMPABLE");
    /* A worker with a caller's ids counts among that user's processes, but the call needs none. It is not always allowed. */
    setrlimit(RLIMIT_NPROC, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    look_for_locks();
    enter_private_root();
    prepare_lock();

    for (int i = 0; i < pool; i++)
        spawn_patiently(self);
    while (RETRY(recv(CONTROL_FD, &asked, 1, 0)) > 0)
        spawn_patiently(self);
    return 0;
}
