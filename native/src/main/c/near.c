/*
 * To wake an idle processor takes longer than most calls do, and longer still in a virtual machine. The agent sleeps
 * while the worker makes its call, so the processor that it has been on is free. The kernel would rather wake a worker
 * on an idle one.
 */
#include <sched.h>
#include <stdbool.h>

#include "near.h"

static uint64_t near, last;

/*
 * An agent that is moved about would have to be followed at each call, and that costs more than it saves. It is no harm
 * if the worker may not run there, or no longer: its cgroup has the last word.
 */
void stay_near_agent(uint64_t processor)
{
    bool was_there_before = processor == last;
    cpu_set_t set;

    last = processor;
    if (!was_there_before || processor == near || processor == 0 || processor > CPU_SETSIZE)
        return;
    near = processor;
    CPU_ZERO(&set);
    CPU_SET(processor - 1, &set);
    sched_setaffinity(0, sizeof set, &set);
}
