#ifndef SECCOMP_HELPER_ANCHOR_H
#define SECCOMP_HELPER_ANCHOR_H

#include "request.h"

/* Called in a worker that will stay, before it joins the caller's cgroups. */
void leave_anchor(const struct call *call);

#endif
