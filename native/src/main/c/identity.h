#ifndef SECCOMP_HELPER_IDENTITY_H
#define SECCOMP_HELPER_IDENTITY_H

#include <stdbool.h>

/* What a descriptor is of. */
bool is_directory(int fd); /* whoever may search it */
bool is_on_mount_of(int fd, int other);
bool is_same(int fd, int other); /* object, on the same mount */

#endif
