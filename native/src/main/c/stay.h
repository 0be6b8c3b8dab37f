#ifndef SECCOMP_HELPER_STAY_H
#define SECCOMP_HELPER_STAY_H

#include <stdbool.h>

#include "request.h"

/* A worker that stays, and what it has adopted. */

/* Call it when the worker has become the caller, or is it again. */
void note_adopted(const struct call *call);
bool has_adopted(void);

/* A pidfd of the thread, which shows when the thread has ended; -1 if there is none. */
int adopted_thread(void);

/* Can be read when the last task of the container begins to end; -1 if there is none. */
int adopted_ending(void);

/* Call it before an opened file is given to the caller. */
void note_opened(const struct call *call, int fd);

/* Whether it may stay after this call. */
bool may_stay(const struct call *call);

/* Makes the worker the caller again, or fails with STEP_CHANGED if that takes a new worker. */
int stay_caller(const struct call *call);

#endif
