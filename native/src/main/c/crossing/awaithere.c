/*
 * Waits for a worker that runs on the same processor. The kernel would wake the waiting thread on an idle processor.
 * That takes longer than most calls do, and the worker would have to follow.
 */
#include <linux/errno.h>
#include <linux/poll.h>
#include <linux/time_types.h>
#include <stdbool.h>

#include "syscalls.h"

#define MASK_WORDS 16 /* as in cpu_set_t */
#define WORD_BITS (8 * sizeof(unsigned long))

/*
 * Afterwards the thread may run everywhere again. So one that may not, since somebody has said so, is never held: what
 * was said might change meanwhile.
 */
static bool may_run_everywhere(int processors)
{
    unsigned long mask[MASK_WORDS];
    long size = sys_sched_getaffinity(mask, sizeof mask);
    int count = 0;

    for (long i = 0; i < size / (long)sizeof *mask; i++)
        for (unsigned long left = mask[i]; left != 0; left &= left - 1)
            count++;
    return count == processors;
}

static bool stay_here(void)
{
    unsigned long mask[MASK_WORDS];
    unsigned here;

    if (sys_getcpu(&here) < 0 || here >= MASK_WORDS * WORD_BITS)
        return false;
    for (unsigned i = 0; i < MASK_WORDS; i++)
        mask[i] = here / WORD_BITS == i ? 1ul << here % WORD_BITS : 0;
    return sys_sched_setaffinity(mask, sizeof mask) == 0;
}

static void go_anywhere(void)
{
    unsigned long mask[MASK_WORDS];

    for (unsigned i = 0; i < MASK_WORDS; i++)
        mask[i] = ~0ul;
    sys_sched_setaffinity(mask, sizeof mask);
}

CROSSING int await_here(int fd, int milliseconds, int processors)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    struct __kernel_timespec end = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000l};
    bool stays = may_run_everywhere(processors) && stay_here();
    int count = (int)sys_ppoll(&polled, 1, &end);

    if (stays)
        go_anywhere();
    return count;
}
