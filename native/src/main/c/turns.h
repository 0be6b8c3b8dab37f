#ifndef SECCOMP_HELPER_TURNS_H
#define SECCOMP_HELPER_TURNS_H

#include <stdbool.h>
#include <stdint.h>

/* The two threads of a worker, if the caller's label belongs to a thread. The second one has the label. */

/* The first thread's part. Lets the second thread begin, or go on. Gives its result, with its errno. */
void prepare_second_turn(void);
int64_t do_errands(void);

/* The second thread's part. It ends its turn with a result, and this returns when it has another turn. */
void begin_second_turn(void);
void end_second_turn(int64_t result);

/* Whether there is a second thread. */
bool is_divided(void);

/*
 * The second thread has the first one do something. If there is only one thread, that does it. Gives the result, with
 * its errno.
 */
int run_without_label(int (*errand)(void *), void *argument);

#endif
