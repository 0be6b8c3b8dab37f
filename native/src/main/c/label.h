#ifndef SECCOMP_HELPER_LABEL_H
#define SECCOMP_HELPER_LABEL_H

#include <stdint.h>

#include "request.h"

/* Does something under the caller's label. Gives its result, with its errno. */
int64_t run_under_label(struct call *call, int64_t (*perform)(void *), void *argument);

#endif
