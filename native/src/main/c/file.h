#ifndef SECCOMP_HELPER_FILE_H
#define SECCOMP_HELPER_FILE_H

#include <stdint.h>

#include "request.h"

/* Makes a call on files as the caller. Gives 0 or more, or -1 with errno and the step set. */
int64_t do_file(struct call *call);

#endif
