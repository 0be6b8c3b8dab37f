#ifndef SECCOMP_HELPER_OVERLAY_H
#define SECCOMP_HELPER_OVERLAY_H

#include <stdbool.h>

#include "request.h"

/* An overlay opens its files with the credentials of whoever mounted it. */
bool is_overlay_beyond_caller(const struct call *call);
int build_overlay_apart(struct call *call);

#endif
