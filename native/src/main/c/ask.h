#ifndef SECCOMP_HELPER_ASK_H
#define SECCOMP_HELPER_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol.h"

/* Asks the agent for one of the caller's magic links. Gives an O_PATH descriptor. OWN_CGROUP is another question. */
int ask_for_link(const char *name, bool of_thread);
/* Asks the agent for its decision. The size is that of the whole message. Gives -1 with its errno if it refuses. */
int ask_for_decision(struct check *question, size_t size);

#endif
