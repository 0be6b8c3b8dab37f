/*
 * The run mode, the parent's side. It starts the command in a container, takes the listener from it, passes on signals
 * and the terminal, and reports how it ended.
 */
#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

static void tell_end(int status, const char *text)
{
    struct {
        struct ended ended;
        char text[HANDOVER_TEXT];
    } message = {.ended = {.kind = KIND_ENDED, .status = status}};
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

static void hand_on(int signals, int pidfd, bool own_group)
{
    struct signalfd_siginfo info;

    if (read(signals, &info, sizeof info) != sizeof info)
        return;
    /* A signal from a terminal has reached the child too, as long as the child is in this process's group. */
    if (own_group || info.ssi_code != SI_KERNEL)
        sys_pidfd_send_signal(pidfd, (int)info.ssi_signo);
}

/* Waits until the command has ended. Gives false if the agent is gone before. */
static bool attend(int signals, int pidfd, bool own_group)
{
    struct pollfd polled[]
        = {{.fd = pidfd, .events = POLLIN}, {.fd = CONTROL_FD, .events = POLLIN}, {.fd = signals, .events = POLLIN}};

    for (;;) {
        if (poll(polled, 3, -1) < 0)
            continue;
        if (polled[0].revents)
            return true;
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

int launch_command(void)
{
    struct plan plan;
    int pidfd_out = -1, status = NOT_STARTED;

    receive_plan(&plan);
    struct handover *handover = mmap(NULL, sizeof *handover, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (handover == MAP_FAILED)
        give_up("mmap");
    handover->listener = -1;
    autofd signals = catch_signals();
    autofd self = sys_pidfd_open(getpid());
    if (signals < 0 || self < 0)
        give_up("watching the command");
    bool terminal = tcgetpgrp(STDIN_FILENO) == getpgrp();

    pid_t child = sys_fork(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC, &pidfd_out);
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
        if (told && attend(signals, pidfd, terminal))
            status = wait_for_status(child);
    }
    kill_and_leave(pidfd, child);
    if (terminal)
        tcsetpgrp(STDIN_FILENO, getpgrp());
    tell_end(status, text);
    return 0;
}
