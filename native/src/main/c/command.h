#ifndef SECCOMP_HELPER_COMMAND_H
#define SECCOMP_HELPER_COMMAND_H

#include "plan.h"

/* The child of the run mode. */
void run_command(const struct plan *plan, struct handover *handover, int parent) __attribute__((noreturn));

#endif
