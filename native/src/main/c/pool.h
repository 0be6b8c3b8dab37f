#ifndef SECCOMP_HELPER_POOL_H
#define SECCOMP_HELPER_POOL_H

#include <stdint.h>

/* The execute mode. */
int keep_workers(int pool, uint64_t executor);

#endif
