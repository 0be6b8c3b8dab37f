#ifndef SECCOMP_HELPER_REQUEST_H
#define SECCOMP_HELPER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

/* A request, received and checked. */

/*
 * Where a path is in a procfs: at its root, in a directory of the caller's process or thread, or in the folder of its
 * descriptors.
 */
enum spot { ELSEWHERE, PROC_ROOT, OWN, OWN_TASKS, OWN_FD, OWN_NS };

/* Where a relative path starts, if that is in a procfs. There the caller needs no permission, but the worker does. */
struct start {
    enum spot spot;
    bool of_thread;
    int level; /* the level of the caller's ids that the procfs shows */
    int above; /* the directory above OWN_FD; otherwise -1 */
};

struct call {
    const struct request *request;
    const uint32_t *groups;
    const char *string[REQUEST_STRINGS]; /* NULL: absent */
    int fd[FD_KINDS];                    /* -1: absent */
    struct start start[2];               /* of PATH and PATH_2 */
    bool in_cgroups;                     /* the worker itself has joined the caller's cgroups */
};

/* Whether it has to bring all descriptors with which a worker becomes the caller. */
int receive_call(int socket, struct call *call, bool must_be_complete);

static inline int start_of(const struct call *call, enum string path)
{
    return call->fd[path == STRING_PATH_2 ? FD_DIRECTORY_2 : FD_DIRECTORY];
}

static inline bool worker_is_visible(const struct call *call)
{
    return call->request->flags & REQUEST_WORKER_IS_VISIBLE;
}

#endif
