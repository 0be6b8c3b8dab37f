#ifndef SECCOMP_HELPER_REPORT_H
#define SECCOMP_HELPER_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

/* Call it when a request has come. */
void begin_report(const struct request *request);

/* Whether a request is the one that the report is about. */
bool is_reported(const struct request *request);

/* Sets the step that the worker reports if the next thing fails. */
void enter_step(enum step step);
enum step reported_step(void);

/*
 * Reports which file has the name, whether the call made it or found it there. An empty name means the descriptor
 * itself. Gives the result back and leaves errno.
 */
int64_t report_identity(int64_t result, int directory, const char *name);
void report_device(uint64_t device); /* whatever the file system itself says */
void report_missing(uint64_t capabilities);

/* The beginning of a question to the agent. */
struct reply make_question(enum step step, int64_t value);

/* Both reply before anything is closed, because closing a descriptor of the caller could take for ever. */
void report_result(int64_t result) __attribute__((noreturn)); /* -1: errno is the error */
void fail_now(int error) __attribute__((noreturn));

/* Call it when something is open that could take long to close. The worker replies before that, and ends. */
void note_held(void);
bool holds_something(void);

/* Closes all that the worker has of a call. */
void let_go(void);

/* Replies when all of the call is closed. */
void report_and_stay(int64_t result);

#endif
