/*
 * The run mode, the parent's side. It starts the command in a container, takes the listener from it, passes on signals
 * and the terminal, and reports how it ended. In the record mode it does the same without a container.
 */
#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "command.h"
#include "kernel.h"
#include "launch.h"
#include "plan.h"
#include "protocol.h"
#include "util.h"

#define NOT_STARTED 125
#define START_SECONDS 30
#define KNOWN_SECONDS 1
#define REAP_MILLISECONDS 1000

static int ending_signal; /* as in struct ended */

static void tell_end(int status, const char *text)
{
    struct {
        struct ended ended;
        char text[HANDOVER_TEXT];
    } message = {.ended = {.kind = KIND_ENDED, .status = status, .signal = ending_signal}};
    size_t length = strnlen(text, sizeof message.text);

    memcpy(message.text, text, length);
    send_record(CONTROL_FD, &message, sizeof message.ended + length, NULL, 0);
}

static void give_up(const char *what) __attribute__((noreturn));
static void give_up(const char *what)
{
    char text[HANDOVER_TEXT];

    snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
    tell_end(NOT_STARTED, text);
    exit(1);
}

/* Gives the string at *at and moves on to the next. */
static char *take_string(char **at, const char *end)
{
    char *string = *at;

    if (string >= end) {
        errno = EINVAL;
        give_up("launch message");
    }
    *at += strlen(string) + 1;
    return string;
}

static void read_plan(char *message, size_t size, struct plan *plan)
{
    const struct launch *launch = (const struct launch *)message;

    errno = EINVAL;
    if (size < sizeof *launch
        || (uint64_t)size != sizeof *launch + (uint64_t)launch->filter_length + launch->strings_length
        || launch->filter_length % sizeof(struct sock_filter) || launch->strings_length == 0
        || message[size - 1] != '\0' || launch->filter_length / sizeof(struct sock_filter) > BPF_MAXINSNS
        || launch->argument_count == 0 || launch->argument_count > launch->strings_length)
        give_up("launch message");
    plan->filter = (struct sock_filter *)(launch + 1);
    plan->filter_count = (unsigned short)(launch->filter_length / sizeof(struct sock_filter));
    plan->filter_flags = launch->filter_flags;

    char *at_string = message + sizeof *launch + launch->filter_length, *end = message + size;
    plan->rootfs = take_string(&at_string, end);
    plan->host_name = take_string(&at_string, end);
    plan->directory = take_string(&at_string, end);
    plan->covers = at_string;
    for (uint32_t i = 0; i < launch->cover_count; i++)
        take_string(&at_string, end);
    plan->covers_length = (size_t)(at_string - plan->covers);
    /* Every string has at least its NUL, so there are no more strings than bytes. */
    char **vector = calloc((size_t)launch->strings_length + 2, sizeof *vector);
    if (vector == NULL)
        give_up("launch message");
    plan->arguments = vector;
    for (uint32_t i = 0; i < launch->argument_count; i++)
        *vector++ = take_string(&at_string, end);
    plan->environment = ++vector;
    while (at_string < end)
        *vector++ = take_string(&at_string, end);
}

static void receive_plan(struct plan *plan)
{
    size_t fd_count;
    ssize_t size = RETRY(recv(CONTROL_FD, NULL, 0, MSG_PEEK | MSG_TRUNC));

    if (size <= 0)
        exit(0);
    char *message = malloc((size_t)size);
    if (message == NULL || receive_record(CONTROL_FD, message, (size_t)size, NULL, 0, &fd_count) != size)
        give_up("launch message");
    read_plan(message, (size_t)size, plan);
}

static bool agent_is_gone(short events)
{
    char byte;

    return events != 0 && recv(CONTROL_FD, &byte, sizeof byte, MSG_DONTWAIT) <= 0;
}

static int wait_for_status(pid_t child)
{
    int status = 0;

    if (RETRY(waitpid(child, &status, 0)) < 0)
        return NOT_STARTED;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void kill_and_leave(int pidfd, pid_t child)
{
    sys_pidfd_send_signal(pidfd, SIGKILL);
    wait_for_status(child);
}

/*
 * With its filter in place, any system call of the child may be notified, even one that would report the listener. So
 * the child writes to shared memory, and this looks there every now and then. Gives the listener, or -1 with errno.
 */
static int take_listener(struct handover *handover, int pidfd)
{
    struct timespec begin, now, nap = {.tv_nsec = 200000};
    struct pollfd polled[] = {{.fd = pidfd, .events = POLLIN}, {.fd = CONTROL_FD, .events = POLLRDHUP}};

    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        int listener = __atomic_load_n(&handover->listener, __ATOMIC_ACQUIRE);
        if (listener >= 0)
            return sys_pidfd_getfd(pidfd, listener);
        if (ppoll(polled, 2, &nap, NULL) > 0) {
            errno = polled[0].revents ? ECHILD : ECONNRESET;
            return -1;
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - begin.tv_sec > START_SECONDS) {
            errno = ETIMEDOUT;
            return -1;
        }
    }
}

/* The agent hands on what came to it. If that came to the whole process group, it has come to this process before. */
static bool is_known(const struct signalfd_siginfo *info)
{
    static uint32_t last;
    static struct timespec last_time;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    bool known = (pid_t)info->ssi_pid == getppid() && info->ssi_signo == last
        && now.tv_sec - last_time.tv_sec <= KNOWN_SECONDS;
    last = info->ssi_signo;
    last_time = now;
    return known;
}

/* False if there was no signal. */
static bool hand_on(int signals, int pidfd, bool own_group)
{
    struct signalfd_siginfo info;

    if (read(signals, &info, sizeof info) != sizeof info)
        return false;
    if (info.ssi_signo == SIGHUP || info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM)
        ending_signal = (int)info.ssi_signo;
    if (is_known(&info))
        return true;
    /* A signal from a terminal has reached the child too, as long as the child is in this process's group. */
    if (own_group || info.ssi_code != SI_KERNEL)
        sys_pidfd_send_signal(pidfd, (int)info.ssi_signo);
    return true;
}

/* Reaps what the command has left behind, but not the command itself. */
static void reap_others(pid_t command)
{
    siginfo_t ended = {.si_pid = 0};

    while (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 && ended.si_pid != command) {
        waitpid(ended.si_pid, NULL, 0);
        ended.si_pid = 0;
    }
}

/* Waits until the command has ended. Gives false if the agent is gone before. */
static bool attend(int signals, int pidfd, bool own_group, pid_t command)
{
    struct pollfd polled[]
        = {{.fd = pidfd, .events = POLLIN}, {.fd = CONTROL_FD, .events = POLLIN}, {.fd = signals, .events = POLLIN}};

    for (;;) {
        if (poll(polled, 3, REAP_MILLISECONDS) < 0)
            continue;
        reap_others(command);
        if (polled[0].revents) {
            while (hand_on(signals, pidfd, own_group)) /* it may have ended because of one of them */
                ;
            return true;
        }
        if (agent_is_gone(polled[1].revents))
            return false;
        if (polled[2].revents)
            hand_on(signals, pidfd, own_group);
    }
}

static int catch_signals(void)
{
    static const int caught[]
        = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT, SIGALRM, SIGIO, SIGPWR};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&set, caught[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGTTOU, SIG_IGN); /* so that it can take the terminal back while it is in the background */
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Programs that the command has left behind are children of this process, so that the agent finds them. This ends with
 * the agent.
 */
static void stay(void)
{
    struct pollfd polled = {.fd = CONTROL_FD, .events = POLLIN};

    signal(SIGCHLD, SIG_IGN); /* nobody asks how they end */
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    while (!agent_is_gone(polled.revents))
        poll(&polled, 1, -1);
}

int launch_command(bool here)
{
    struct plan plan;
    int pidfd_out = -1, status = NOT_STARTED;

    receive_plan(&plan);
    plan.here = here;
    struct handover *handover = mmap(NULL, sizeof *handover, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (handover == MAP_FAILED)
        give_up("mmap");
    handover->listener = -1;
    autofd signals = catch_signals();
    autofd self = sys_pidfd_open(getpid());
    if (signals < 0 || self < 0)
        give_up("watching the command");
    /* Without a container the command stays in this process group: it may be a part of a shell's pipeline. */
    bool terminal = !here && tcgetpgrp(STDIN_FILENO) == getpgrp();
    if (here && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        give_up("PR_SET_CHILD_SUBREAPER");

    pid_t child = sys_fork(here ? 0 : CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC, &pidfd_out);
    if (child < 0)
        give_up("making namespaces");
    if (child == 0)
        run_command(&plan, handover, self);
    autofd pidfd = pidfd_out;
    /* The child waits until its listener is taken, so this comes before the command. */
    if (terminal) {
        setpgid(child, child);
        tcsetpgrp(STDIN_FILENO, child);
    }

    autofd listener = take_listener(handover, pidfd);
    const char *text = handover->text;
    if (listener < 0 && *text == '\0') {
        snprintf(handover->text, sizeof handover->text, "taking the listener from the command: %s", strerror(errno));
    } else if (listener >= 0) {
        struct launched launched = {.kind = KIND_LAUNCHED, .pid = child};
        bool told = send_record(CONTROL_FD, &launched, sizeof launched, &listener, 1) == 0;
        close_fd(&listener); /* now only the agent has the listener, and the child until it executes the command */
        __atomic_store_n(&handover->taken, 1, __ATOMIC_RELEASE);
        text = "";
        if (told && attend(signals, pidfd, terminal, child))
            status = wait_for_status(child);
    }
    kill_and_leave(pidfd, child);
    if (terminal)
        tcsetpgrp(STDIN_FILENO, getpgrp());
    tell_end(status, text);
    if (here && *text == '\0')
        stay();
    return 0;
}
