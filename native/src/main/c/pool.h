#ifndef SECCOMP_HELPER_POOL_H
#define SECCOMP_HELPER_POOL_H

/* The execute mode. */
int keep_workers(int pool);

#endif
