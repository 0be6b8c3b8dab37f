/*
 * The keep mode: starts the agent, keeps the descriptors that it stores, and starts it again with them when it was
 * killed. It never waits for the agent, which may be stopped or wedged, and has all the memory that it needs from the
 * start.
 */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent.h"
#include "keep.h"
#include "kernel.h"
#include "say.h"
#include "store.h"
#include "util.h"

#define NEVER UINT64_MAX
#define PAUSE_FIRST_USEC 100000
#define PAUSE_MAX_USEC 5000000
/* Of an agent that was ready: the calls of all its containers wait meanwhile. */
#define PAUSE_MAX_READY_USEC 1000000
/* Whoever lives so long after it was ready does not end because of what it was handed. */
#define LASTING_USEC 10000000

static sigset_t inherited_mask;
static struct agent agent = {.socket = -1};
static bool was_ready;            /* one of the agents so far */
static bool is_stopping;          /* the keeper was asked to end */
static uint64_t start_at = NEVER; /* when the next agent starts */
static uint64_t next_pause_usec;  /* longer after each agent in a row that did not last */

static int open_signals(void)
{
    sigset_t taken;

    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&taken);
    sigaddset(&taken, SIGCHLD);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, SIGINT);
    if (sigprocmask(SIG_BLOCK, &taken, &inherited_mask) < 0)
        die("sigprocmask");
    int signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        die("signalfd");
    return signals;
}

/* The numbers below those of stored descriptors are taken, and all others are free. */
static void open_standard_streams(void)
{
    int null;

    do
        null = open("/dev/null", O_RDWR);
    while (null >= 0 && null < FIRST_KEPT_FD);
    if (null < 0)
        die("/dev/null");
    if (sys_close_range(FIRST_KEPT_FD, UINT_MAX) < 0)
        die("close_range");
}

static void raise_file_limit(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        die("RLIMIT_NOFILE");
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){files.rlim_max, files.rlim_max});
}

/* Plans the next start, and a longer pause before the one after it. Returns the pause in milliseconds. */
static int start_later(bool was_it_ready)
{
    uint64_t max = was_it_ready ? PAUSE_MAX_READY_USEC : PAUSE_MAX_USEC;

    if (next_pause_usec == 0 && !was_it_ready)
        next_pause_usec = PAUSE_FIRST_USEC;
    uint64_t pause = next_pause_usec < max ? next_pause_usec : max;
    next_pause_usec = pause == 0 ? PAUSE_FIRST_USEC : 2 * pause;
    start_at = now_usec() + pause;
    return (int)(pause / 1000);
}

static void start(char **command)
{
    start_at = NEVER;
    if (start_agent(&agent, command, &inherited_mask) == 0)
        return;
    if (!was_ready)
        die("starting the agent");
    int error = errno, pause = start_later(false);
    say("seccomp-agent cannot be started (%s): trying again in %d ms, %zu descriptors kept", strerror(error), pause,
        count_stored());
}

/* As a shell says it. */
static int exit_status(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void plan_next_start(int status)
{
    char delay[32] = "";

    if (agent.ready && now_usec() - agent.ready_at >= LASTING_USEC)
        next_pause_usec = 0;
    int pause = start_later(agent.ready);
    if (pause > 0)
        snprintf(delay, sizeof delay, " in %d ms", pause);
    say("seccomp-agent %s %d: starting it again%s, %zu descriptors kept",
        WIFSIGNALED(status) ? "was killed by signal" : "ended with status",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), delay, count_stored());
}

static void end_agent(int status)
{
    if (is_stopping || !was_ready || status == 0)
        exit(exit_status(status));
    plan_next_start(status);
}

/* The agent's children become the keeper's when it ends. It is heard to the end before it is gone. */
static void reap(void)
{
    siginfo_t child = {0};
    int status;

    while (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0 && child.si_pid != 0) {
        bool is_agent = child.si_pid == agent.pid;
        if (is_agent)
            bury_agent(&agent);
        was_ready |= agent.ready;
        if (waitpid(child.si_pid, &status, WNOHANG) == child.si_pid && is_agent)
            end_agent(status);
        child.si_pid = 0;
    }
}

static void stop(int signal)
{
    is_stopping = true;
    if (agent.pid == 0)
        exit(128 + signal);
    send(agent.socket, "STOP=1", 6, MSG_DONTWAIT | MSG_NOSIGNAL); /* else it would leave everything to the next one */
    kill(agent.pid, signal);
}

static void take_signal(int signals)
{
    struct signalfd_siginfo taken;

    if (read(signals, &taken, sizeof taken) != sizeof taken)
        return;
    if (taken.ssi_signo == SIGCHLD)
        reap();
    else
        stop((int)taken.ssi_signo);
}

/* Only when nothing of it is left to be heard: the keeper itself may have been stopped for a while. */
static void watch_agent(void)
{
    if (agent.pid == 0 || agent.watchdog_usec == 0 || now_usec() < agent.watchdog_expires)
        return;
    say("seccomp-agent has been silent for %llu ms: killing it", (unsigned long long)(agent.watchdog_usec / 1000));
    agent.watchdog_usec = 0;
    kill(agent.pid, SIGKILL);
}

static int milliseconds_to_wait(void)
{
    uint64_t until = agent.pid != 0 && agent.watchdog_usec != 0 ? agent.watchdog_expires : NEVER, now = now_usec();

    if (start_at < until)
        until = start_at;
    if (until == NEVER)
        return -1;
    if (until <= now)
        return 0;
    return until - now > INT_MAX * UINT64_C(1000) - 1000 ? INT_MAX : (int)((until - now + 999) / 1000);
}

int keep(char **command)
{
    open_standard_streams();
    raise_file_limit();
    open_store();
    int signals = open_signals();
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        die("PR_SET_CHILD_SUBREAPER");

    start(command);
    for (;;) {
        struct pollfd polled[] = {{.fd = signals, .events = POLLIN}, {.fd = agent.socket, .events = POLLIN}};
        poll(polled, 2, milliseconds_to_wait());
        if (polled[1].revents == 0 || !hear_agent(&agent))
            watch_agent();
        if (polled[0].revents)
            take_signal(signals);
        if (now_usec() >= start_at)
            start(command);
    }
}
