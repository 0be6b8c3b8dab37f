#ifndef SECCOMP_HELPER_REST_H
#define SECCOMP_HELPER_REST_H

#include <stdbool.h>

/* Whether this process has a child that makes calls, or keeps those that do. */
bool has_executor(void);

#endif
