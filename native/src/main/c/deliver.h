#ifndef SECCOMP_HELPER_DELIVER_H
#define SECCOMP_HELPER_DELIVER_H

#include "request.h"

/* Gives the caller what was opened. Returns its number there, or -1 with errno. */
int deliver(const struct call *call, int opened);

#endif
