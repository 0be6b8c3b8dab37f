#ifndef SECCOMP_HELPER_MOUNTCALL_H
#define SECCOMP_HELPER_MOUNTCALL_H

#include <stdint.h>

#include "request.h"

/* mount(2) with what the caller may itself; as do_file. */
int64_t do_mount_call(struct call *call);

#endif
