#ifndef SECCOMP_HELPER_CHILD_H
#define SECCOMP_HELPER_CHILD_H

#include <stdint.h>

struct open_how;

/* Both give what the child's call gave, with its errno; flags are CLONE_VM and the CLONE_NEW* that it is born into. */
int64_t run_in_child(unsigned long flags, int64_t (*run)(void *), void *argument);
int open_in_child(int directory, const char *name, const struct open_how *how);

#endif
