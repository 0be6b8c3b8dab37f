#ifndef SECCOMP_HELPER_IDENTITY_H
#define SECCOMP_HELPER_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

/* What a descriptor refers to. */
bool is_directory(int fd); /* whoever may search the directory */
bool is_on_mount_of(int fd, int other);
uint64_t mount_of(int fd);       /* an id that no other mount gets; 0: unknown */
bool is_same(int fd, int other); /* the same object on the same mount */

#endif
