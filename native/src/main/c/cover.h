#ifndef SECCOMP_HELPER_COVER_H
#define SECCOMP_HELPER_COVER_H

#include <stddef.h>

/*
 * Both bind file over masked files, and directory over masked directories. The mount is attached at a path, or attached
 * nowhere. With a path, the directory may be NULL: then it is an empty tmpfs.
 */
int cover_mount(int mount, const char *covers, size_t length, const char *file, const char *directory);
int cover_paths(const char *root, const char *covers, size_t length, const char *file, const char *directory);
int remount_with(const char *path, unsigned long more); /* adds flags */

#endif
