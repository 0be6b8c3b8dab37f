#ifndef SECCOMP_HELPER_DETACHED_H
#define SECCOMP_HELPER_DETACHED_H

#include <stdbool.h>

/* Locks a tree of mounts that is attached nowhere. */
/* Call it after prepare_lock. Both are folders in the root; the first one is empty. */
void prepare_detached(const char *folder, const char *place);
bool can_lock_detached(void);

/*
 * Gives a copy of the tree, in which all mounts below its root are locked, and the flags of all. The tree itself is
 * then in 'rest', and its own descriptor keeps nothing alive any more.
 */
int lock_detached(int tree, int *rest);

#endif
