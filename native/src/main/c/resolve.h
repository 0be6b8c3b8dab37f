#ifndef SECCOMP_HELPER_RESOLVE_H
#define SECCOMP_HELPER_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "place.h"
#include "request.h"

/* Paths, as the caller. */
int resolve_name(const struct call *call, enum string path, struct place *name);
int resolve_object(const struct call *call, enum string path, uint64_t open_flags, bool may_be_empty);
/* What is there if a procfs is on the way; else -1, with an errno of 0 if there is none. */
int resolve_through_procfs(const struct call *call, enum string path);
/*
 * A name of what PATH was resolved to that leads there from the cwd, NULL if there is none; name_below_root overwrites
 * it.
 */
const char *find_name(const struct call *call, int object);

/* For those that ask the kernel first themselves. */
bool is_path(const char *path);
bool is_only_walked(const struct call *call);
int settle_place(const struct call *call, enum string path, enum goal goal, int first, struct place *place);

#endif
