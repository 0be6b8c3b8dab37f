#ifndef SECCOMP_HELPER_USERNS_H
#define SECCOMP_HELPER_USERNS_H

#include <sys/types.h>

/*
 * The ids of a user namespace cannot be written from within. So a process waits in a new one, and in a mount namespace
 * that belongs to it, while 'use' is called with
 * its pid, and is killed afterwards. Gives what 'use' gives, with its errno, or -1. 'child' becomes the process, which
 * nobody has waited for; -1 if there is none.
 */
int with_user_namespace(int (*use)(pid_t process), pid_t *child);

#endif
