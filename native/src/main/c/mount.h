#ifndef SECCOMP_HELPER_MOUNT_H
#define SECCOMP_HELPER_MOUNT_H

#include <stdint.h>

#include "request.h"

/* Mounts a new file system with what the handler granted. Gives what do_file gives. */
int64_t do_mount(struct call *call);

#endif
