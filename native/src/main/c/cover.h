#ifndef SECCOMP_HELPER_COVER_H
#define SECCOMP_HELPER_COVER_H

#include <stddef.h>

/* Binds file over masked files, and directory over masked directories (NULL: an empty tmpfs). */
int cover_paths(const char *root, const char *covers, size_t length, const char *file, const char *directory);
int remount_with(const char *path, unsigned long more); /* adds flags */

#endif
