#ifndef SECCOMP_HELPER_STAGE_H
#define SECCOMP_HELPER_STAGE_H

#include "request.h"

/* The helper's private mount namespace, in which mounts are covered before a container sees them. */
void enter_private_root(void);
void prepare_stage(void); /* call it there, and once look_for_locks was called */
/* mount: -1 if it still has to be made from the context; it is taken over */
int stage_mount(struct call *call, int context, int mount);

#endif
