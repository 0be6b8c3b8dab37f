#ifndef SECCOMP_HELPER_PIDNS_H
#define SECCOMP_HELPER_PIDNS_H

#include "request.h"

/* A context for a proc of the pid namespace of the call. */
int open_in_pid_namespace(const struct call *call);

#endif
