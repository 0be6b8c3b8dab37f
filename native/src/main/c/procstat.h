#ifndef SECCOMP_HELPER_PROCSTAT_H
#define SECCOMP_HELPER_PROCSTAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What procfs says about a process. */
struct process {
    char name[17];
    char state;
    pid_t parent;
    uint64_t started; /* as ticks_now() has it */
    uint64_t pending; /* signals, of the first thread alone */
    int status;       /* as wait tells it, once it ends */
};

/* False if there is no such process. */
bool look_at(pid_t pid, struct process *process);

/* Since the start of the system. */
uint64_t ticks_now(void);

#endif
