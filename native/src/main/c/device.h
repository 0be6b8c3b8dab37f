#ifndef SECCOMP_HELPER_DEVICE_H
#define SECCOMP_HELPER_DEVICE_H

#include <stdint.h>

#include "request.h"

/*
 * The device of the block node that is the source, or 0 if it is none. Looks as the caller, who may not be able to open
 * it.
 */
int64_t find_source_device(const struct call *call);

#endif
