#ifndef SECCOMP_HELPER_FUSE_H
#define SECCOMP_HELPER_FUSE_H

#include "request.h"

/* Exchanges the pidfd for the descriptor that an option names. */
int take_option_descriptor(struct call *call);

#endif
