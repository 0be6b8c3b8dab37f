#ifndef SECCOMP_HELPER_REPORT_H
#define SECCOMP_HELPER_REPORT_H

#include <stdint.h>

#include "protocol.h"

/* Where the worker stands; what it reports if the next thing fails. */
void enter_step(enum step step);

/*
 * Reports what has the name, whether the call made it or found it there; an empty name is the descriptor itself. Gives
 * the result, and leaves errno.
 */
int64_t report_identity(int64_t result, int directory, const char *name);
void report_device(uint64_t device); /* whatever the file system says of itself */
void report_missing(uint64_t capabilities);

/* What a question to the agent begins with. */
struct reply make_question(int64_t value);

/* Reply before anything is closed, which a descriptor of the caller's could make wait for ever. */
void report_result(int64_t result) __attribute__((noreturn)); /* -1: errno is the error */
void fail_now(int error) __attribute__((noreturn));

#endif
