#ifndef SECCOMP_HELPER_OWNLINK_H
#define SECCOMP_HELPER_OWNLINK_H

#include <stdbool.h>
#include <stddef.h>

#include "trail.h"

/* Tells what the component at hand means in a procfs. */
enum spot find_spot(struct walk *w);
const char *name_own_link(const struct walk *w, char *name, size_t size);
bool is_own_descriptor(const struct walk *w);
int expand_self(struct walk *w, bool of_thread);

#endif
