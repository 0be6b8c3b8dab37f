#ifndef SECCOMP_HELPER_MOUNTCALL_H
#define SECCOMP_HELPER_MOUNTCALL_H

#include <stdint.h>

#include "request.h"

/* mount(2) with the caller's own privileges. Gives what do_file gives. */
int64_t do_mount_call(struct call *call);

#endif
