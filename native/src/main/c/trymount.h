#ifndef SECCOMP_HELPER_TRYMOUNT_H
#define SECCOMP_HELPER_TRYMOUNT_H

#include <stdint.h>

#include "protocol.h"

/* Changes the namespaces of this process, so it is for a process that ends. */
void try_mounts(int32_t result[FEATURES]);

#endif
