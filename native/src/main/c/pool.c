/*
 * The execute mode. It forks workers, announces each on the control socket, and ends when nobody has that any more. It
 * waits only for the agent that is there, or for the next one: an agent that does not receive announcements holds up
 * nothing else, since workers go on by themselves.
 *
 * Neither this nor a worker uses PR_SET_PDEATHSIG: both outlive the agent, and workers outlive this.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "accept.h"
#include "discard.h"
#include "kernel.h"
#include "lock.h"
#include "pool.h"
#include "protocol.h"
#include "receive.h"
#include "roster.h"
#include "stage.h"
#include "util.h"
#include "worker.h"

#define PAUSE_MILLISECONDS 20

static uint64_t next_number; /* of a worker */
static uint32_t wanted;      /* workers that are still to be started */

static bool kill_member(const struct member *member)
{
    sys_pidfd_send_signal(member->pidfd, SIGKILL);
    return true;
}

static void end(void) __attribute__((noreturn));
static void end(void)
{
    for_each_member(kill_member);
    exit(0);
}

static bool may_pass(int error)
{
    return error == EAGAIN || error == ENOMEM || error == ENFILE || error == EMFILE || error == ENOBUFS
        || error == ETOOMANYREFS;
}

/* Waits for whoever has the other end of the control socket, and ends if nobody does. */
static void announce(uint32_t kind, const struct member *member)
{
    struct announcement announcement = {.kind = kind, .number = member->number, .owner = member->owner};
    int fds[] = {member->socket, member->pidfd};

    while (send_record(CONTROL_FD, &announcement, sizeof announcement, fds, kind == ANNOUNCE_WORKER ? 2 : 0) < 0) {
        if (!may_pass(errno))
            end();
        poll(&(struct pollfd){.fd = CONTROL_FD, .events = POLLRDHUP}, 1, PAUSE_MILLISECONDS);
    }
}

static int spawn(void)
{
    int ends[2], pidfd_out = -1;

    if (roster_is_full())
        return fail_with(EAGAIN);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd agents = ends[0], workers = ends[1];
    /* A request with as many groups as there can be is larger than the default buffer of a socket. */
    setsockopt(agents, SOL_SOCKET, SO_SNDBUFFORCE, &(int){1 << 20}, sizeof(int));
    pid_t pid = sys_fork(0, &pidfd_out);
    if (pid == 0) {
        close_fd(&agents);
        run_worker(workers);
    }
    if (pid < 0)
        return -1;
    struct member member = {.number = next_number++, .socket = release_fd(&agents), .pidfd = pidfd_out};
    add_member(member);
    announce(ANNOUNCE_WORKER, &member);
    return 0;
}

/*
 * The agent counts on one announcement for each worker that it asked for. So those that cannot be started now are
 * started when there are processes and memory again.
 */
static void spawn_wanted(void)
{
    while (wanted > 0) {
        if (spawn() < 0) {
            if (!may_pass(errno))
                die("starting a worker");
            return;
        }
        wanted--;
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

static bool announce_member(const struct member *member)
{
    announce(ANNOUNCE_WORKER, member);
    return true;
}

static void announce_again(uint64_t nonce)
{
    struct member none = {.number = nonce};

    wanted = 0;
    announce(ANNOUNCE_AGAIN, &none);
    for_each_member(announce_member);
    announce(ANNOUNCE_END, &none);
}

static void start_other(const struct command *command, const int *sockets, size_t count)
{
    int how = (int)command->argument;

    if (count > 0 && in_process_of_its_own())
        count == 2 ? accept_peers(sockets[0], sockets[1], how & 0xf, how >> 4) : receive_from_peers(sockets[0], how);
}

static void obey(const struct command *command, const int *sockets, size_t count)
{
    struct member *member = find_member(command->number);

    switch (command->kind) {
    case COMMAND_SPAWN:
        wanted += command->argument;
        break;
    case COMMAND_RELEASE:
        wanted += command->argument;
        if (member)
            remove_member(member);
        break;
    case COMMAND_LEAVE:
        wanted += command->argument;
        if (member)
            member->owner = command->owner;
        break;
    case COMMAND_AGAIN:
        announce_again(command->number);
        break;
    case COMMAND_START:
        start_other(command, sockets, count);
        break;
    case COMMAND_END:
        end();
    }
}

static void serve_agent(void)
{
    struct pollfd polled[] = {{.fd = CONTROL_FD, .events = POLLIN}, {.fd = discarded(), .events = POLLIN}};
    struct command command;
    size_t fd_count;
    int sockets[] = {-1, -1};

    spawn_wanted();
    int pause = close_discarded();
    if (pause < 0 && wanted > 0)
        pause = PAUSE_MILLISECONDS;
    if (poll(polled, 2, pause) == 0)
        return;
    if (polled[1].revents != 0)
        take_discarded();
    if (polled[0].revents == 0)
        return;
    ssize_t size = receive_record(CONTROL_FD, &command, sizeof command, sockets, 2, &fd_count);
    autofd first = sockets[0], second = sockets[1];
    if (size == 0 || (size < 0 && !may_pass(errno) && errno != EMSGSIZE)) /* no room for its descriptors */
        end();
    if (size == sizeof command)
        obey(&command, (int[]){first, second}, fd_count);
}

int keep_workers(int pool, uint64_t executor)
{
    sigset_t all;

    setsid();
    signal(SIGCHLD, SIG_IGN); /* the kernel reaps the children */
    /*
     * Whoever can name a worker must not disturb it by signals, so only SIGKILL and SIGSTOP are left.
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
    prepare_stage();

    next_number = (executor << EXECUTOR_SHIFT) + 1;
    wanted = (uint32_t)pool;
    for (;;)
        serve_agent();
}
