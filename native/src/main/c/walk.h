#ifndef SECCOMP_HELPER_WALK_H
#define SECCOMP_HELPER_WALK_H

#include "place.h"
#include "request.h"

/* Walks paths through a procfs. */
int walk(const struct call *call, enum string path, enum goal goal, struct place *place);

#endif
