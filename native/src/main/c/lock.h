#ifndef SECCOMP_HELPER_LOCK_H
#define SECCOMP_HELPER_LOCK_H

#include <stdbool.h>

/* A user namespace that locks mounts. */
void look_for_locks(void); /* call it while /proc/sys is there */
void prepare_lock(void);
bool locks_are_forbidden(void);
int enter_lock(void); /* takes a copy of the mount namespace along */

#endif
