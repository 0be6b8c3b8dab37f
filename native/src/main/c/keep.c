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
#include "clock.h"
#include "corpse.h"
#include "give.h"
#include "keep.h"
#include "kernel.h"
#include "listen.h"
#include "meet.h"
#include "rest.h"
#include "say.h"
#include "store.h"
#include "take.h"
#include "util.h"

#define PAUSE_FIRST_USEC 100000
#define PAUSE_MAX_USEC 5000000
/* Of an agent that was ready: the calls of all its containers wait meanwhile. */
#define PAUSE_MAX_READY_USEC 1000000
/* Whoever lives so long after it was ready does not end because of what it was handed. */
#define LASTING_USEC (10 * SECOND_USEC)
/* For an agent that another one will follow: it lets calls in flight end for a second. */
#define PARK_USEC (2 * SECOND_USEC)
/* For an agent that no other one follows: it lets calls in flight end for longer. */
#define STOP_USEC (10 * SECOND_USEC)
/* A thread that ends needs less. */
#define DYING_USEC (1 * SECOND_USEC)
/* A pod can be told to end a moment before the one that follows it is there to take over. */
#define LINGER_USEC (20 * SECOND_USEC)

/* Calls of the agent before may take as long, less than a pod is given for its end. */
#define REST_USEC (45 * SECOND_USEC)
#define REST_LOOK_USEC (SECOND_USEC / 2)

static sigset_t inherited_mask;
static const struct keeping *keeping;
static struct agent agent = {.socket = -1};
static bool was_ready;            /* one of the agents so far */
static bool is_stopping;          /* the agent was told that no other one follows */
static int stop_signal;           /* the keeper was asked to end */
static uint64_t stop_at = NEVER;  /* when it does */
static bool is_listening;         /* for another keeper */
static bool has_let_go;           /* another keeper has everything */
static uint64_t rest_at = NEVER;  /* when calls that were left to its agent are cut */
static uint64_t rest_look_at;     /* when it looks next whether there are any */
static bool is_parked;            /* the agent was told that another one follows */
static uint64_t start_at = NEVER; /* when the next agent starts */
static uint64_t next_pause_usec;  /* longer after each agent in a row that did not last */

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* Signals that are neither taken nor for the terminal's job control have no effect. The agent blocks none of them. */
static int open_signals(void)
{
    sigset_t taken, blocked;

    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&taken);
    sigaddset(&taken, SIGCHLD);
    sigaddset(&taken, SIGTERM);
    sigaddset(&taken, SIGINT);
    sigfillset(&blocked);
    sigdelset(&blocked, SIGTSTP);
    sigdelset(&blocked, SIGTTIN);
    sigdelset(&blocked, SIGTTOU);
    if (sigprocmask(SIG_BLOCK, &blocked, &inherited_mask) < 0)
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

/* The sockets' paths go too, unless another keeper is about to have the sockets. */
static void leave(int status) __attribute__((noreturn));
static void leave(int status)
{
    if (!has_let_go && !is_requested()) {
        stop_listening();
        if (is_listening)
            unlink(keeping->handover);
    }
    exit(status);
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

static void start(void)
{
    start_at = NEVER;
    if (start_agent(&agent, keeping->command, &inherited_mask, is_taking()) == 0)
        return;
    if (!was_ready)
        die("starting the agent");
    int error = errno, pause = start_later(false);
    say("seccomp-agent cannot be started (%s): trying again in %d ms, %zu descriptors kept", strerror(error), pause,
        count_stored());
}

static void end_within(uint64_t usec, int signal)
{
    agent.kill_at = earlier(agent.kill_at, now_usec() + usec);
    kill(agent.pid, signal);
}

static void park_agent(void)
{
    start_at = NEVER;
    if (agent.pid == 0) {
        give_stored();
        return;
    }
    is_parked = true;
    tell_agent(&agent, "PARK=1");
    end_within(PARK_USEC, SIGTERM);
}

/* Calls in flight go on until they are done. A second signal cuts them. */
static void leave_rest(void)
{
    if (rest_at != NEVER || !has_executor())
        exit(0);
    stop_at = NEVER;
    rest_at = now_usec() + REST_USEC;
    rest_look_at = now_usec() + REST_LOOK_USEC;
}

static void watch_rest(void)
{
    if (rest_at == NEVER || now_usec() < rest_look_at)
        return;
    if (now_usec() >= rest_at || !has_executor())
        exit(0);
    rest_look_at = now_usec() + REST_LOOK_USEC;
}

static void let_go(void)
{
    say("another keeper has taken over: %zu descriptors", count_stored());
    remove_all_stored();
    close_giving();
    has_let_go = true;
    if (!keeping->stays)
        exit(0);
    if (stop_signal != 0)
        leave_rest();
}

static void attend_taker(short revents)
{
    switch (go_on_giving(revents, agent.pid)) {
    case GIVING_ON:
        break;
    case GIVING_REQUESTED:
        park_agent();
        break;
    case GIVING_FAILED:
        if (agent.pid == 0)
            start_at = now_usec();
        break;
    case GIVING_DONE:
        let_go();
    }
}

static void listen_for_taker(void)
{
    autofd given = given_socket();

    if (!keeping->handover)
        return;
    int listening = given >= 0 ? release_fd(&given) : listen_for_keepers(keeping->handover);
    if (listening < 0)
        die(keeping->handover);
    open_giving(listening, keeping->identity);
    is_listening = true;
}

static void leave_to_giver(void)
{
    say("the other keeper goes on itself");
    if (agent.pid != 0)
        kill(agent.pid, SIGKILL);
    exit(1);
}

static void attend_giver(void)
{
    enum taking taking = go_on_taking();

    if (taking == TAKING_ON)
        return;
    if (taking == TAKING_DONE)
        tell_agent(&agent, "GO=1");
    if (taking == TAKING_FAILED || !taken())
        leave_to_giver();
    refuse_taker(giver_identity());
    listen_for_taker();
    was_ready = true; /* nobody else has now what an agent before has left */
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

/* It has ended for another keeper's one, which may have failed meanwhile. */
static void end_parked_agent(void)
{
    is_parked = false;
    if (is_requested())
        give_stored();
    else
        start_at = now_usec();
}

static void end_agent(int status)
{
    if (is_parked && !is_stopping) {
        end_parked_agent();
        return;
    }
    if (is_stopping || !was_ready || status == 0 || is_taking())
        leave(exit_status(status));
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

static void stop(void)
{
    stop_at = NEVER;
    is_stopping = true;
    if (agent.pid == 0)
        leave(128 + stop_signal);
    tell_agent(&agent, "STOP=1"); /* else it would leave everything to the next one */
    end_within(STOP_USEC, stop_signal);
}

/* The second time at once, like one that no other keeper follows. */
static void plan_stop(int signal)
{
    if (has_let_go) {
        leave_rest();
        return;
    }
    bool lingers = keeping->stays && (was_ready || agent.ready) && !is_taking() && stop_signal == 0;
    stop_signal = signal;
    stop_at = now_usec() + (lingers ? LINGER_USEC : 0);
    if (lingers)
        say("another keeper can take over for %d s", LINGER_USEC / SECOND_USEC);
}

static void take_signal(int signals)
{
    struct signalfd_siginfo taken;

    if (read(signals, &taken, sizeof taken) != sizeof taken)
        return;
    if (taken.ssi_signo == SIGCHLD)
        reap();
    else
        plan_stop((int)taken.ssi_signo);
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

static void watch_ending_agent(void)
{
    if (agent.pid == 0 || now_usec() < agent.kill_at)
        return;
    agent.kill_at = NEVER;
    kill(agent.pid, SIGKILL);
}

/* One that is not gone a while after it was killed may never be. It does nothing more, so another one takes its place.
 */
static void watch_dying_agent(void)
{
    bool was_dying = agent.dying;
    pid_t corpse = agent.pid;
    int status;

    if (agent.pid == 0 || now_usec() < agent.look_at)
        return;
    agent.look_at = now_usec() + DYING_USEC;
    agent.dying = is_dying(agent.pid, &status);
    if (!was_dying || !agent.dying)
        return;
    say("seccomp-agent was killed, and a thread of it does not end: going on without it");
    bury_agent(&agent);
    was_ready |= agent.ready;
    kill_left(corpse, !is_stopping);
    end_agent(status);
}

static int milliseconds_to_wait(void)
{
    uint64_t until = earlier(start_at, giving_deadline()), now = now_usec();

    if (!is_giving())
        until = earlier(until, stop_at);
    if (rest_at != NEVER)
        until = earlier(until, rest_look_at);
    if (agent.pid != 0 && agent.watchdog_usec != 0)
        until = earlier(until, agent.watchdog_expires);
    if (agent.pid != 0)
        until = earlier(until, earlier(agent.kill_at, agent.look_at));
    if (until == NEVER)
        return -1;
    if (until <= now)
        return 0;
    return until - now > INT_MAX * UINT64_C(1000) - 1000 ? INT_MAX : (int)((until - now + 999) / 1000);
}

static void attend(int signals)
{
    struct pollfd polled[]
        = {{.fd = signals, .events = POLLIN}, {.fd = agent.socket, .events = POLLIN}, giving_polled(), taking_polled()};

    poll(polled, sizeof polled / sizeof *polled, milliseconds_to_wait());
    if (polled[1].revents == 0 || !hear_agent(&agent))
        watch_agent();
    watch_ending_agent();
    if (agent.ready)
        tell_giver(agent.pid);
    if (polled[3].revents)
        attend_giver();
    attend_taker(polled[2].revents);
    if (polled[0].revents)
        take_signal(signals);
    watch_dying_agent();
    watch_rest();
    if (now_usec() >= stop_at && !is_giving()) /* what is being given is not lost */
        stop();
    if (now_usec() >= start_at)
        start();
}

int keep(const struct keeping *asked)
{
    keeping = asked;
    open_standard_streams();
    raise_file_limit();
    open_store();
    int signals = open_signals();
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        die("PR_SET_CHILD_SUBREAPER");

    if (keeping->takeover)
        was_ready = take_stored(keeping->takeover, keeping->identity, signals) && !is_taking();
    if (!is_taking()) {
        listen_for_taker();
        if (keeping->listen)
            listen_for_agent(keeping->listen);
    }
    start();
    for (;;)
        attend(signals);
}
