#ifndef SECCOMP_HELPER_PLAN_H
#define SECCOMP_HELPER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sock_filter;

/*
 * What the two sides of the run mode share: the parent's plan, and a page of memory for the time before the command
 * starts.
 */
struct plan {
    bool here; /* no container: the command is run as the agent is */
    const char *rootfs, *host_name, *directory, *covers;
    size_t covers_length;
    char **arguments, **environment;
    struct sock_filter *filter;
    unsigned short filter_count;
    uint32_t filter_flags;
};
#define HANDOVER_TEXT 512
struct handover {
    int listener;             /* -1 until the filter is installed */
    int taken;                /* the parent has the listener */
    char text[HANDOVER_TEXT]; /* why the command cannot start */
};

#endif
