#ifndef SECCOMP_HELPER_INSTANCE_H
#define SECCOMP_HELPER_INSTANCE_H

#include "request.h"

/* Makes a new instance of a file system, in the two steps of fsopen(2) and fsmount(2). It is not mounted. */
int open_context(const struct call *call);
int finish_context(int context, const struct call *call);

#endif
