/*
 * The execute mode. It forks workers, announces each on the control socket, and ends when that is closed. The workers
 * die with it. It does not use PR_SET_PDEATHSIG itself, because that fires when the thread that spawned it ends, and
 * not when the agent ends.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "accept.h"
#include "kernel.h"
#include "lock.h"
#include "pool.h"
#include "protocol.h"
#include "receive.h"
#include "stage.h"
#include "util.h"
#include "worker.h"

static int spawn(pid_t helper)
{
    int ends[2], pidfd_out = -1;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd agents = ends[0], workers = ends[1];
    /* A request with as many groups as there can be is larger than the default buffer of a socket. */
    setsockopt(agents, SOL_SOCKET, SO_SNDBUFFORCE, &(int){1 << 20}, sizeof(int));
    pid_t pid = sys_fork(0, &pidfd_out);
    if (pid == 0) {
        close_fd(&agents);
        run_worker(workers, helper);
    }
    if (pid < 0)
        return -1;
    autofd pidfd = pidfd_out;
    if (send_record(CONTROL_FD, "", 1, (int[]){agents, pidfd}, 2) < 0)
        exit(0); /* the agent is gone */
    return 0;
}

/*
 * The agent counts on one announcement for each worker that it asked for. So this waits until there are processes and
 * memory again.
 */
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

/*
 * True in a new process that is no child of the helper. The agent has one end of the control socket, and the process
 * ends with it. If no process can be had, the agent sees that the socket is closed.
 */
static bool in_process_of_its_own(void)
{
    int pidfd = -1;
    pid_t pid = sys_fork(0, &pidfd);

    if (pid == 0 && sys_fork(0, &pidfd) == 0)
        return true;
    if (pid == 0)
        _exit(0);
    close_fd(&pidfd);
    return false;
}

/* Does what the agent asks for. Gives false when the agent is gone. */
static bool serve_agent(pid_t helper)
{
    unsigned char asked;
    size_t fd_count;
    int sockets[] = {-1, -1};

    if (receive_record(CONTROL_FD, &asked, 1, sockets, 2, &fd_count) <= 0)
        return false;
    autofd control = sockets[0], listening = sockets[1];
    if (fd_count == 0)
        spawn_patiently(helper);
    else if (in_process_of_its_own())
        fd_count == 2 ? accept_peers(control, listening, asked & 0xf, asked >> 4) : receive_from_peers(control, asked);
    return true;
}

int keep_workers(int pool)
{
    sigset_t all;
    pid_t self = getpid();

    setsid();
    signal(SIGCHLD, SIG_IGN); /* the kernel reaps the children */
    /*
     * This process ends with the agent. Whoever can name a worker must not disturb it by signals, so only SIGKILL and
     * SIGSTOP are left.
     */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    umask(0);
    join_empty_keyring();
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        die("PR_SET_DUMPABLE");
    /*
     * A worker with a caller's ids counts among that user's processes, but the call itself needs no process. This call
     * is not always allowed.
     */
    setrlimit(RLIMIT_NPROC, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    look_for_locks();
    enter_private_root();
    prepare_lock();

    for (int i = 0; i < pool; i++)
        spawn_patiently(self);
    while (serve_agent(self))
        continue;
    return 0;
}
