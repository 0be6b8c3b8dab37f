#ifndef SECCOMP_HELPER_CONTAINER_H
#define SECCOMP_HELPER_CONTAINER_H

#include "plan.h"

/* Enters the container's root and makes its mounts. Gives 0, or -1 with errno and *what set. */
int enter_container(const struct plan *plan, const char **what);

#endif
