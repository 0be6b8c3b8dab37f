#ifndef SECCOMP_HELPER_KEEP_H
#define SECCOMP_HELPER_KEEP_H

#include <stdbool.h>

struct keeping {
    char **command;
    const char *listen;   /* where it listens for the agent; NULL: the agent does that */
    const char *handover; /* where another keeper can take over; NULL: none can */
    const char *takeover; /* where this one takes over from another one, if there is one; NULL: it does not */
    const char *identity; /* what it is not to be confused with later; may be empty */
    bool stays;           /* after another one has taken over */
};

int keep(const struct keeping *keeping);

#endif
