#ifndef SECCOMP_HELPER_CONFINE_H
#define SECCOMP_HELPER_CONFINE_H

#include <stddef.h>

#define CONFINED_CALLS_MAX 16

/*
 * Forbids this process and its children all system calls except these: any other one kills the process. It takes
 * CAP_SYS_ADMIN or no_new_privs.
 */
int confine(const int *calls, size_t count);

#endif
