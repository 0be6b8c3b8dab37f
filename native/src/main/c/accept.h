#ifndef SECCOMP_HELPER_ACCEPT_H
#define SECCOMP_HELPER_ACCEPT_H

#include <stdbool.h>

/* A process that the agent has started through the helper, with a control socket of its own. */
void accept_peers(int control, int listening, bool first) __attribute__((noreturn));

#endif
