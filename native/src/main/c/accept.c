/*
 * Acceptors. A peer is gone a moment after it has connected, and a thread of a JVM may be stopped for longer than that.
 * So this process accepts, reads at once what the kernel says about the peer, and does nothing else. It decides
 * nothing. It does so as well while there is no agent, if somebody keeps the other end of its control socket.
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "accept.h"
#include "confine.h"
#include "kernel.h"
#include "ownfd.h"
#include "protocol.h"
#include "util.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5 */
#endif

/*
 * For what waits while there is no agent: some thousand connections. After that they wait in the kernel. The kernel
 * allows twice as much.
 */
#define QUEUE_BYTES (4 << 20)

/* Besides these, it cannot do anything. */
static const int allowed[] = {
#ifdef SYS_poll
    SYS_poll,
#else
    SYS_ppoll,
#endif
    SYS_accept4,
    SYS_capget,
    SYS_close,
    SYS_exit_group,
    SYS_getsockopt,
    SYS_ioctl,
    SYS_pidfd_send_signal,
    SYS_readlinkat,
    SYS_restart_syscall,
    SYS_rt_sigreturn,
    SYS_sched_setscheduler,
    SYS_sendmsg,
    SYS_shutdown,
};

static char own_user[64], own_pid[64];

static bool is_own(pid_t pid, const char *namespace, const char *own)
{
    char name[40], its[64] = "";

    snprintf(name, sizeof name, "%d/ns/%s", pid, namespace);
    return readlinkat(PROC_FD, name, its, sizeof its - 1) > 0 && strcmp(its, own) == 0;
}

/*
 * The look begins with what is lost first. Everything that was seen belongs to the peer if it still has its pid
 * afterwards. A zombie still has it.
 */
static void look(int connection, struct peer *peer)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = peer->pid};
    struct __user_cap_data_struct data[2] = {0};
    int pidfd_out = -1;
    socklen_t size = sizeof pidfd_out;

    bool seen = peer->pid > 0 && syscall(SYS_capget, &header, data) == 0;
    bool user = is_own(peer->pid, "user", own_user), pid = is_own(peer->pid, "pid", own_pid);
    if (getsockopt(connection, SOL_SOCKET, SO_PEERPIDFD, &pidfd_out, &size) < 0)
        seen = seen && errno == ENOPROTOOPT; /* otherwise the peer is gone, and its pid may be another's */
    autofd pidfd = pidfd_out;
    if (pidfd >= 0 && sys_pidfd_send_signal(pidfd, 0) < 0)
        seen = false;
    peer->seen = seen;
    peer->own_user_namespace = user;
    peer->own_pid_namespace = pid;
    peer->effective = (uint64_t)data[1].effective << 32 | data[0].effective;
}

/*
 * Runtimes must find room in the queue, whoever else has connected while there is no agent. So others get half of it.
 * Beyond that a connection is ended here, unless something was sent on it already: closing that can take for ever. The
 * agent hears of those with the next one.
 */
static bool is_ended(const struct peer *peer, int connection)
{
    bool runtime = peer->uid == 0 && peer->seen && peer->own_user_namespace
        && (peer->effective & (UINT64_C(1) << CAP_SYS_ADMIN));
    int waiting = 0, unread = 0;

    if (runtime || ioctl(CONTROL_FD, SIOCOUTQ, &waiting) < 0 || waiting < QUEUE_BYTES)
        return false;
    shutdown(connection, SHUT_RDWR);
    return ioctl(connection, SIOCINQ, &unread) == 0 && unread == 0;
}

/*
 * Passes a connection on, and then says that its own descriptor is closed. Whoever closes a connection last also closes
 * what was sent on it and never received, and that may take for ever. So the agent goes on with the connection only
 * after that, and has it closed elsewhere.
 */
static int pass_on(const struct peer *peer, int *connection)
{
    if (send_record(CONTROL_FD, peer, sizeof *peer, connection, 1) < 0)
        return -1;
    close_fd(connection);
    return send_record(CONTROL_FD, "", 1, NULL, 0);
}

static int confine_to_accepting(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    return confine(allowed, sizeof allowed / sizeof *allowed);
}

/* The first look takes the longest, so this process looks at itself first. */
static int prepare(void)
{
    struct peer self = {.pid = getpid()};
    int ends[2];

    if (readlinkat(PROC_FD, "self/ns/user", own_user, sizeof own_user - 1) < 0
        || readlinkat(PROC_FD, "self/ns/pid", own_pid, sizeof own_pid - 1) < 0
        || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    close(ends[1]);
    if (confine_to_accepting() < 0)
        return -1;
    look(ends[0], &self);
    return close(ends[0]);
}

/*
 * A process that waits for a processor comes too late: there is only a third of a millisecond. A look takes
 * microseconds, so going before everybody else does no harm. Doing so all the time, as in a flood of connections, would
 * do harm. Then this is one process among others, until there is nothing to accept. Without CAP_SYS_NICE it goes with
 * the priority that it has.
 */
#define FIRST_MICROSECONDS 20000

static volatile sig_atomic_t is_first;

static void go_last(int signal)
{
    (void)signal;
    is_first = 0;
    sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){0});
}

static void go_first(void)
{
    is_first = sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}) == 0;
}

/*
 * A processor that runs in the kernel is not always preempted there, and that can take longer than a runtime lives. But
 * a peer that goes on has left the kernel. So there is one acceptor for each processor, or for each part of the
 * processors if there are many. A connection wakes all of them, and the one on the peer's own processor runs before the
 * peer does.
 */
static void keep_to_part(int parts, int which)
{
    cpu_set_t all, own;

    CPU_ZERO(&own);
    if (sched_getaffinity(0, sizeof all, &all) < 0)
        return;
    for (int processor = 0, seen = 0; processor < CPU_SETSIZE; processor++)
        if (CPU_ISSET(processor, &all) && seen++ % parts == which)
            CPU_SET(processor, &own);
    sched_setaffinity(0, sizeof own, &own); /* fails if there are fewer processors than parts; then it may run on all */
}

/*
 * Whatever is touched stays, and all code, whether it has run or not. The keeper's tables, which a copy of it has too,
 * are not touched: fetching them takes a millisecond.
 */
static void stay_in_memory(void)
{
    extern char __executable_start[], edata[];

    mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
    mlock(__executable_start, (size_t)(edata - __executable_start));
}

static void prepare_to_go_first(void)
{
    struct sigaction last = {.sa_handler = go_last};
    sigset_t limit;

    sigemptyset(&limit);
    sigaddset(&limit, SIGXCPU);
    /* If each session has its own share of the processors, a priority counts only within that share. */
    setsid();
    setpriority(PRIO_PROCESS, 0, -20);
    autofd share = openat(PROC_FD, "self/autogroup", O_WRONLY | O_CLOEXEC);
    bool shared = share >= 0 && write(share, "-20", 3) == 3;
    (void)shared; /* the kernel may have no autogroups */
    stay_in_memory();
    if (sigaction(SIGXCPU, &last, NULL) == 0 && sigprocmask(SIG_UNBLOCK, &limit, NULL) == 0
        && setrlimit(RLIMIT_RTTIME, &(struct rlimit){FIRST_MICROSECONDS, RLIM_INFINITY}) == 0)
        go_first();
}

void accept_peers(int control, int listening, int acceptors, int which)
{
    bool first = acceptors > 0;
    uint32_t ended = 0;
    struct pollfd polled[] = {{.fd = CONTROL_FD, .events = POLLRDHUP}, {.fd = CONTROL_FD + 1, .events = POLLIN}};

    if (dup2(listening, LOCK_FD) < 0 || dup2(control, CONTROL_FD) < 0 || dup2(LOCK_FD, CONTROL_FD + 1) < 0
        || sys_close_range(CONTROL_FD + 2, UINT_MAX) < 0
        || fcntl(CONTROL_FD + 1, F_SETFL, O_NONBLOCK) < 0) /* because another acceptor may be faster */
        _exit(1);
    setsockopt(CONTROL_FD, SOL_SOCKET, SO_SNDBUFFORCE, &(int){QUEUE_BYTES}, sizeof(int));
    prctl(PR_SET_NAME, ACCEPTOR_NAME);
    if (first) {
        keep_to_part(acceptors, which);
        prepare_to_go_first();
    }
    if (prepare() < 0 || send_record(CONTROL_FD, "", 1, NULL, 0) < 0)
        _exit(0);
    for (;;) {
        if (first && !is_first && poll(polled, 2, 0) == 0)
            go_first();
        /* A non-blocking accept does not report that the socket was shut down, but poll does. */
        if (RETRY(poll(polled, 2, -1)) < 0 || polled[0].revents || polled[1].revents & POLLHUP)
            _exit(0);
        autofd connection = (int)RETRY(accept4(CONTROL_FD + 1, NULL, NULL, SOCK_CLOEXEC));
        if (connection < 0 && errno != ECONNABORTED && errno != EAGAIN)
            _exit(0); /* the agent sees that, and starts another acceptor if it still listens */
        struct ucred credentials;
        socklen_t size = sizeof credentials;
        if (connection < 0 || getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
            continue;
        struct peer peer = {.pid = credentials.pid, .uid = credentials.uid};
        look(connection, &peer);
        if (first && is_ended(&peer, connection)) {
            ended++;
            continue;
        }
        peer.ended_before = ended;
        ended = 0;
        if (pass_on(&peer, &connection) < 0)
            _exit(0);
    }
}
