#ifndef SECCOMP_HELPER_TURNS_H
#define SECCOMP_HELPER_TURNS_H

#include <stdint.h>

/* The two threads of a worker whose caller's label belongs to a thread: the second one has it. */
int prepare_turns(void);

/* The first thread's part: gives what the second ended with, and its errno. */
int64_t do_errands(void);

/* The second thread's part. */
void begin_second_turn(void);
void end_second_turn(int64_t result) __attribute__((noreturn));

/*
 * The second thread has the first do something; where there is only one, that does it. Gives its result, and its errno.
 */
int run_without_label(int (*errand)(void *), void *argument);

#endif
