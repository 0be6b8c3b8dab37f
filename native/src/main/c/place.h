#ifndef SECCOMP_HELPER_PLACE_H
#define SECCOMP_HELPER_PLACE_H

#include <stdbool.h>

/*
 * Where a path leads. A place is a name in a directory, and the call itself looks it up, with all slashes that follow
 * it. If last is NULL, the place is an object. The descriptor is an O_PATH one.
 */
struct place {
    int fd;
    const char *last;
    bool special; /* a procfs was on the way */
    /* A name in the folder of the caller's descriptors. */
    enum { NO_DESCRIPTOR, OWN_DESCRIPTOR, CLOSED_DESCRIPTOR } own;
};

enum goal {
    GOAL_NAME,        /* the name, whatever it is */
    GOAL_OBJECT,      /* without following a link at the end */
    GOAL_FOLLOW,      /* the object */
    GOAL_MOUNT_POINT, /* like the next one, whatever slashes there are at the end */
    GOAL_CREATE, /* the name that links at the end lead to, whether it exists or not; the object if it has no name */
};

#endif
