#ifndef SECCOMP_HELPER_CLOCK_H
#define SECCOMP_HELPER_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NEVER UINT64_MAX

/* Of all times after which a keeper goes on. Tests compile one whose seconds are shorter. */
#ifndef SECOND_USEC
#define SECOND_USEC 1000000
#endif

/* Of the monotonic clock. */
static inline uint64_t now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

#endif
