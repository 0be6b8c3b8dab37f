#ifndef SECCOMP_HELPER_ASK_H
#define SECCOMP_HELPER_ASK_H

#include <stdbool.h>

/* Asks the agent for one of the caller's magic links. Gives an O_PATH descriptor. OWN_CGROUP is another question. */
int ask_for_link(const char *name, bool of_thread);

#endif
