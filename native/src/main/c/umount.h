#ifndef SECCOMP_HELPER_UMOUNT_H
#define SECCOMP_HELPER_UMOUNT_H

#include <stdint.h>

#include "request.h"

/* umount2(2). Gives what do_file gives. */
int64_t do_umount(struct call *call);

#endif
