#ifndef SECCOMP_HELPER_RESOLVE_H
#define SECCOMP_HELPER_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "place.h"
#include "request.h"

/* Resolves paths as the caller. */
int resolve_name(const struct call *call, enum string path, struct place *name);
int resolve_object(const struct call *call, enum string path, uint64_t open_flags, bool may_be_empty);
/* Gives what is there if a procfs is on the way. Otherwise -1, with errno 0 if no procfs is on the way. */
int resolve_through_procfs(const struct call *call, enum string path);
/*
 * Gives a name that leads from the cwd to what PATH was resolved to; NULL if there is none. name_below_root overwrites
 * it.
 */
const char *find_name(const struct call *call, int object);

/* For callers that ask the kernel first themselves. */
bool is_path(const char *path);
bool is_only_walked(const struct call *call);
const char *last_component(const char *path);
int open_parent(int start, const char *path, const char *last, uint64_t resolve);
int settle_place(const struct call *call, enum string path, enum goal goal, int first, struct place *place);

#endif
