#ifndef SECCOMP_HELPER_WORKER_H
#define SECCOMP_HELPER_WORKER_H

#include <sys/types.h>

/* One worker, from birth to exit. */
void run_worker(int socket, pid_t helper) __attribute__((noreturn));

#endif
