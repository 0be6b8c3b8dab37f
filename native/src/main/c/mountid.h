#ifndef SECCOMP_HELPER_MOUNTID_H
#define SECCOMP_HELPER_MOUNTID_H

#include <stdbool.h>

#include "request.h"

/* The ids of the mount that a descriptor is on, and the one among those granted that it is. */
bool describe_mount(int fd, struct granted *mount);
const struct granted *find_granted(const struct call *call, int fd);

#endif
