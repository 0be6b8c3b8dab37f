#ifndef SECCOMP_HELPER_PLACE_H
#define SECCOMP_HELPER_PLACE_H

#include <stdbool.h>

/*
 * What a path leads to. A place is a name in a directory, left for the call to look up itself with all slashes that
 * follow it; or an object, when last is NULL. The descriptor is an O_PATH one.
 */
struct place {
    int fd;
    const char *last;
    bool special; /* there was a procfs on the way */
    /* A name in the folder of the caller's descriptors. */
    enum { NO_DESCRIPTOR, OWN_DESCRIPTOR, CLOSED_DESCRIPTOR } own;
};

enum goal {
    GOAL_NAME,        /* the name, whatever it is */
    GOAL_OBJECT,      /* not following a link at the end */
    GOAL_FOLLOW,      /* the object */
    GOAL_MOUNT_POINT, /* like the next one, whatever slashes there are at the end */
    GOAL_CREATE,      /* the name of what links at the end lead to, there or not; the object, if it has no name */
};

#endif
