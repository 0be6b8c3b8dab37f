#ifndef SECCOMP_HELPER_SMALLSTORE_H
#define SECCOMP_HELPER_SMALLSTORE_H

#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "store.h"

#define SMALL_LIMIT 400

/* A store that an input can fill: with this limit of open files it keeps half as many. */
static inline void open_small_store(void)
{
    static bool is_open;

    if (is_open)
        return;
    if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){SMALL_LIMIT, SMALL_LIMIT}) < 0)
        abort();
    open_store();
    is_open = true;
}

#endif
