#ifndef SECCOMP_HELPER_AGENT_H
#define SECCOMP_HELPER_AGENT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The agent that the keeper has started. */
struct agent {
    pid_t pid;  /* 0: it does not run */
    int socket; /* the keeper's end; -1: none, or the agent has closed its own */
    bool ready;
    uint64_t ready_at;         /* as now_usec() has it */
    bool refused;              /* a message of it was refused, and that was said */
    uint64_t watchdog_usec;    /* 0: it has none */
    uint64_t watchdog_expires; /* as now_usec() has it */
    uint64_t kill_at;          /* the same: it was told to end; NEVER: it was not */
    uint64_t look_at;          /* the same: the next look whether it is dying */
    bool dying;                /* it was at the last look */
};

/*
 * Starts it with all that is stored. It has the keeper's limit of open files: with a lower one it could open none
 * beside those that it is handed. One that has to wait does not receive calls before it hears GO=1.
 */
int start_agent(struct agent *agent, char **command, const sigset_t *mask, bool has_to_wait);

/* Says something to it, if it can be heard at once. */
void tell_agent(const struct agent *agent, const char *text);

/* Does what the next message asks for; false if there is none. */
bool hear_agent(struct agent *agent);

/* Hears all that it has sent before its end, and forgets it. */
void bury_agent(struct agent *agent);

#endif
