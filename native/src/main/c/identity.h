#ifndef SECCOMP_HELPER_IDENTITY_H
#define SECCOMP_HELPER_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

/* What a descriptor refers to. */
bool is_directory(int fd); /* whoever may search the directory */
bool is_on_mount_of(int fd, int other);
/* The id of its mount that no other mount gets, and its type; 0: unknown. */
void find_mount(int fd, uint64_t *mount, uint32_t *type);
bool is_same(int fd, int other); /* the same object on the same mount */

#endif
