#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "agent.h"
#include "clock.h"
#include "drop.h"
#include "give.h"
#include "kernel.h"
#include "say.h"
#include "store.h"
#include "util.h"
#include "words.h"

/* So that an agent with much to say need not wait for a keeper that is slow. */
#define AGENTS_BUFFER (1 << 20)
/* More than such a buffer holds: a process that has the socket of a dead agent could go on and on. */
#define LAST_MESSAGES_MAX (1 << 16)

static void set_number(const char *variable, int number)
{
    char text[16];

    snprintf(text, sizeof text, "%d", number);
    if (setenv(variable, text, 1) < 0)
        die(variable);
}

static void become_agent(int socket, char **command, const sigset_t *mask, bool has_to_wait) __attribute__((noreturn));
static void become_agent(int socket, char **command, const sigset_t *mask, bool has_to_wait)
{
    int count = (int)count_stored(), to = FIRST_KEPT_FD + count;

    if (setenv("LISTEN_FDNAMES", line_up_stored(), 1) < 0)
        die("LISTEN_FDNAMES");
    if (dup2(socket, to) < 0 || sys_close_range((unsigned)to + 1, UINT_MAX) < 0)
        die("handing down the socket");
    set_number("LISTEN_FDS", count);
    set_number("LISTEN_PID", getpid());
    set_number("SECCOMP_AGENT_KEEPER", to);
    set_number("SECCOMP_AGENT_WAIT", has_to_wait);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGTERM, SIG_DFL); /* the keeper takes both, and passes them on, also if its parent has ignored them */
    signal(SIGINT, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(command[0], command);
    dprintf(STDERR_FILENO, "seccomp-helper: cannot start %s: %s\n", command[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

int start_agent(struct agent *agent, char **command, const sigset_t *mask, bool has_to_wait)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    autofd own = ends[0], lower = ends[1];
    autofd agents = move_above_store(lower);
    if (agents < 0)
        return -1;
    release_fd(&lower);
    setsockopt(agents, SOL_SOCKET, SO_SNDBUFFORCE, &(int){AGENTS_BUFFER}, sizeof(int));
    if (tell_senders(own) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        become_agent(agents, command, mask, has_to_wait);
    if (pid < 0)
        return -1;
    *agent = (struct agent){.pid = pid, .socket = release_fd(&own), .kill_at = NEVER};
    return 0;
}

void tell_agent(const struct agent *agent, const char *text)
{
    send(agent->socket, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void refuse(struct agent *agent, const char *why)
{
    if (!agent->refused)
        say("seccomp-agent sent the keeper a message that is refused: %s", why);
    agent->refused = true;
}

static void obey(struct agent *agent, const struct message *message)
{
    if ((message->words & WORD_FDSTORE) && store(message->name, message->fds, message->fd_count) < 0)
        refuse(agent, "too many descriptors");
    if (message->words & WORD_FDSTOREREMOVE) {
        remove_stored(message->name);
        tell_removal(message->name);
    }
    if ((message->words & WORD_READY) && !agent->ready) {
        agent->ready = true;
        agent->ready_at = now_usec();
    }
    if (message->words & WORD_WATCHDOG_USEC)
        agent->watchdog_usec = message->watchdog_usec;
    if (message->words & (WORD_WATCHDOG | WORD_WATCHDOG_USEC))
        agent->watchdog_expires = now_usec() + agent->watchdog_usec;
}

bool hear_agent(struct agent *agent)
{
    static struct message message;

    switch (receive_message(agent->socket, &message)) {
    case RECEIVED_NOTHING:
        return false;
    case RECEIVED_END:
        close_fd(&agent->socket);
        return false;
    case RECEIVED_GARBAGE:
        refuse(agent, "it makes no sense");
        return true;
    case RECEIVED_MESSAGE:
        break;
    }
    if (message.sender == agent->pid) {
        obey(agent, &message);
        if (!(message.words & WORD_FDSTORE))
            drop_descriptors(&message);
        return true;
    }
    drop_descriptors(&message);
    refuse(agent, "another process sent it");
    return true;
}

void bury_agent(struct agent *agent)
{
    for (int i = 0; i < LAST_MESSAGES_MAX && hear_agent(agent); i++)
        continue;
    close_fd(&agent->socket);
    agent->pid = 0;
}
