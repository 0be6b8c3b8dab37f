#ifndef SECCOMP_HELPER_CALLER_H
#define SECCOMP_HELPER_CALLER_H

#include <stdint.h>

#include "request.h"

/*
 * A worker becomes the caller in two steps: first its namespaces, root and ids; then its user namespace and all else,
 * but not its label. What a new file system belongs to may be joined before that: all namespaces except those of mounts
 * and users.
 */
int join_namespaces(const struct call *call);
int take_place_of_caller(const struct call *call);
int become_caller(struct call *call, uint64_t keep_permitted); /* capabilities that may be raised later */

#endif
