#ifndef SECCOMP_HELPER_PROCFS_H
#define SECCOMP_HELPER_PROCFS_H

#include <stdbool.h>

#include "request.h"

/* A procfs, and where the caller is in it. */
bool is_procfs(int fd);
bool is_proc_root(int fd);

/* Which level of the caller's pid namespaces a procfs shows; -1 for none. */
int find_level(const struct request *request, int proc_root);

/* What is known of procfs is for one call: another one can have the number of one that is gone. */
void forget_levels(void);

/* Call it while the worker may still look at anything. */
void find_starts(struct call *call);

#endif
