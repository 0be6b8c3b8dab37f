#ifndef SECCOMP_HELPER_CLOSING_H
#define SECCOMP_HELPER_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the close of an opened file waits for nobody. Asks nobody either. root_mount: that of the caller's root. */
bool closes_at_once(int fd, uint64_t root_mount);

#endif
