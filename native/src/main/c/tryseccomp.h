#ifndef SECCOMP_HELPER_TRYSECCOMP_H
#define SECCOMP_HELPER_TRYSECCOMP_H

#include <stdint.h>

#include "protocol.h"

void try_seccomp(int32_t result[FEATURES]);

#endif
