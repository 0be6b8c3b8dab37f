#ifndef SECCOMP_HELPER_NEAR_H
#define SECCOMP_HELPER_NEAR_H

#include <stdint.h>

/* Lets a worker that stays run where the agent runs. Call it when nobody waits for the worker. */
void stay_near_agent(uint64_t processor);

#endif
