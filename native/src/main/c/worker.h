#ifndef SECCOMP_HELPER_WORKER_H
#define SECCOMP_HELPER_WORKER_H

/* One worker, from birth to exit. It outlives the helper. */
void run_worker(int socket) __attribute__((noreturn));

#endif
