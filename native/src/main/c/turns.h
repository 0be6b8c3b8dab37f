#ifndef SECCOMP_HELPER_TURNS_H
#define SECCOMP_HELPER_TURNS_H

#include <stdint.h>

/* The two threads of a worker, if the caller's label belongs to a thread. The second one has the label. */

/* The first thread's part. Gives the result of the second thread, with its errno. */
int64_t do_errands(void);

/* The second thread's part. */
void begin_second_turn(void);
void end_second_turn(int64_t result) __attribute__((noreturn));

/*
 * The second thread has the first one do something. If there is only one thread, that does it. Gives the result, with
 * its errno.
 */
int run_without_label(int (*errand)(void *), void *argument);

#endif
