#ifndef SECCOMP_HELPER_FUSE_H
#define SECCOMP_HELPER_FUSE_H

#include "request.h"

/* Exchanges the pidfd for the descriptor that an option means. */
int take_option_descriptor(struct call *call);

#endif
