#ifndef SECCOMP_HELPER_OPEN_H
#define SECCOMP_HELPER_OPEN_H

#include "request.h"

/* The file that an open means, opened as the caller. */
int resolve_open(const struct call *call);

#endif
