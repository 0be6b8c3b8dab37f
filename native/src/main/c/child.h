#ifndef SECCOMP_HELPER_CHILD_H
#define SECCOMP_HELPER_CHILD_H

#include <stdint.h>

struct open_how;

/*
 * Both give the result of the child's call, with its errno. flags: CLONE_VM, and the CLONE_NEW* of the namespaces in
 * which the child starts.
 */
int64_t run_in_child(unsigned long flags, int64_t (*run)(void *), void *argument);
int open_in_child(int directory, const char *name, const struct open_how *how);

#endif
