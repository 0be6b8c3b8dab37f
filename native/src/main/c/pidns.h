#ifndef SECCOMP_HELPER_PIDNS_H
#define SECCOMP_HELPER_PIDNS_H

#include "request.h"

/* Opens a context for a proc of the call's pid namespace. */
int open_in_pid_namespace(const struct call *call);

#endif
