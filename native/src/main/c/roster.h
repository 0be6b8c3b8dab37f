#ifndef SECCOMP_HELPER_ROSTER_H
#define SECCOMP_HELPER_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

/* The workers that the agent has not released yet, idle ones too. */

struct member {
    uint64_t number, owner;
    int socket, pidfd; /* the agent's end, and the worker itself */
};

bool roster_is_full(void);

/* Has the member's descriptors closed when it is removed. There must be room. */
void add_member(struct member member);

/* NULL if there is none of that number. */
struct member *find_member(uint64_t number);

void remove_member(struct member *member);

/* Stops at the first one for which this gives false, and gives that. */
bool for_each_member(bool (*act)(const struct member *member));

#endif
