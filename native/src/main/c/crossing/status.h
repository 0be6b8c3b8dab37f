/* What is wanted of a thread's status. StatusBuffer.java has the same places. */
#ifndef SECCOMP_CROSSING_STATUS_H
#define SECCOMP_CROSSING_STATUS_H

#include <stdint.h>

#define IDS 4
#define LEVELS 33 /* of pid namespaces, as many as there can be: 32 below the first one */

struct status {
    uint64_t pending, pending_of_process, effective, bounding;
    uint32_t process, tracer, umask, no_new_privs, seccomp_mode, seccomp_filters;
    uint32_t uid_count, gid_count, process_levels, thread_levels;
    uint32_t uid[IDS], gid[IDS];
    uint32_t process_id[LEVELS], thread_id[LEVELS]; /* from the reader's pid namespace to its own */
    uint32_t group_count, unused;                   /* there may be more groups than there is room for */
    uint32_t group[];
};

_Static_assert(sizeof(struct status) == 376, "as in StatusBuffer.java");

#endif
