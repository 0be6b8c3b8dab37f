#ifndef SECCOMP_HELPER_CGROUP_H
#define SECCOMP_HELPER_CGROUP_H

#include <stdbool.h>

#include "request.h"

/* The caller's cgroups. */
int join_cgroups(const struct call *call);
bool leave_cgroups(void); /* for the agent's own; false if this process is in no other */
int rejoin_cgroups(void);
void forget_cgroups(void); /* their files are closed after the first call of a worker that stays */

#endif
