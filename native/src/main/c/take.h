#ifndef SECCOMP_HELPER_TAKE_H
#define SECCOMP_HELPER_TAKE_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

/* This keeper's side when it takes over from another one. */

/* Stores what the other one has. False if there is nobody to take over from. Ends the process if it fails. */
bool take_stored(const char *path, const char *identity, int signals);

/* The socket at which others found the giver, once; -1: it was not given. */
int given_socket(void);

/* The identity of whom it was taken from; may be empty. */
const char *giver_identity(void);

/* Whether the other one has not yet let go, so that the agent must not receive. */
bool is_taking(void);
struct pollfd taking_polled(void);

/* The agent, with this process id, is ready. */
void tell_giver(pid_t agent);

enum taking {
    TAKING_ON,     /* nothing to do for the keeper */
    TAKING_DONE,   /* the other one has let go, or is gone: the agent receives; then taken() is to be called */
    TAKING_FAILED, /* the other one goes on itself */
};
enum taking go_on_taking(void);

/* False if the other one goes on itself. */
bool taken(void);

#endif
