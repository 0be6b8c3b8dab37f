#ifndef SECCOMP_HELPER_MOUNTID_H
#define SECCOMP_HELPER_MOUNTID_H

#include <stdbool.h>

#include "request.h"

/* Tells the ids of the mount that a descriptor is on, and which of the granted mounts it is. */
bool describe_mount(int fd, struct granted *mount);
const struct granted *find_granted(const struct call *call, int fd);

#endif
