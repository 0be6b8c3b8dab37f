#ifndef SECCOMP_HELPER_GIVE_H
#define SECCOMP_HELPER_GIVE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* This keeper's side when another one takes over from it. One at a time does. */

enum giving {
    GIVING_ON,        /* nothing to do for the keeper */
    GIVING_REQUESTED, /* it has to end its agent, and then to call give_stored */
    GIVING_FAILED,    /* it has to start its agent again */
    GIVING_DONE,      /* the other one has everything, and its agent receives */
};

/* Refuses the keeper that has such an identity, if it has one. */
void refuse_taker(const char *identity);

/* The socket at which others take over; it is handed over too, so that there always is one. */
void open_giving(int listening, const char *own_identity);

struct pollfd giving_polled(void);
uint64_t giving_deadline(void);
enum giving go_on_giving(short revents, pid_t agent);

/* Whether another keeper has asked for what is stored, and the hand-over has not ended. */
bool is_giving(void);

/* The same when the agent was told to end. */
bool is_requested(void);
void give_stored(void);

/* The agent has removed what has this name. */
void tell_removal(const char *name);

/* Nobody finds this keeper any more. */
void close_giving(void);

#endif
