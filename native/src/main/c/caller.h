#ifndef SECCOMP_HELPER_CALLER_H
#define SECCOMP_HELPER_CALLER_H

#include <stdint.h>

#include "request.h"

/*
 * A worker becomes the caller in two steps. First it takes the caller's namespaces, root and ids. Then it takes the
 * user namespace and everything else except the label. The namespaces that a new file system belongs to may be joined
 * before that: all except the mount and the user namespace.
 */
int join_namespaces(const struct call *call);
int take_place_of_caller(const struct call *call);
int become_caller(struct call *call, uint64_t keep_permitted); /* capabilities that the worker may raise later */

#endif
