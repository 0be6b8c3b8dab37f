#ifndef SECCOMP_HELPER_OPEN32_H
#define SECCOMP_HELPER_OPEN32_H

#include <stdbool.h>

struct open_how;

/*
 * openat2(2). Without OPEN_LARGEFILE among the flags it is an open of a 32-bit program. Then the only flag that resolve
 * may have is RESOLVE_NO_SYMLINKS, and it applies to a name alone.
 */
bool is_for_small_files(const struct open_how *how);
int open_as_asked(int directory, const char *name, const struct open_how *how);

#endif
