#ifndef SECCOMP_HELPER_MOUNT_H
#define SECCOMP_HELPER_MOUNT_H

#include <stdint.h>

#include "request.h"

/* A new file system, with what the handler granted; as do_file. */
int64_t do_mount(struct call *call);

#endif
