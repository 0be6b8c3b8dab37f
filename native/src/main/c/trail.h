#ifndef SECCOMP_HELPER_TRAIL_H
#define SECCOMP_HELPER_TRAIL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "place.h"
#include "request.h"

#define MAX_LINKS 40
#define MAX_DEPTH 64 /* limit for a path that may not leave its start and meets a procfs */

/* A path on its way through a procfs. */
struct walk {
    const struct call *call;
    enum goal goal;
    int here;
    enum spot spot;
    bool of_thread;
    int level;  /* the level of the caller's ids that this procfs shows */
    int own;    /* the directory above its descriptors, if it is there */
    int unseen; /* why the worker may not look into the spot, which then is below here; 0: it is here */
    unsigned links;
    bool special;
    enum string path;     /* which path it is */
    uint64_t resolve;     /* RESOLVE_* of openat2(2) */
    int above[MAX_DEPTH]; /* where the resolve allows no way out: the directories that it came through */
    unsigned depth;
    char *rest;          /* what is still to be walked */
    char name[PATH_MAX]; /* the component at hand */
    bool last, slashes;  /* it is the last one; slashes follow it */
};

bool may_not_leave(const struct walk *w);
int go_to(struct walk *w, int fd, enum spot spot); /* takes over the descriptor */
int go_to_start(struct walk *w);
int go_to_root(struct walk *w);
int go_up(struct walk *w);
int remember_directory(struct walk *w);
void keep_own(struct walk *w, int directory);
int prepend(struct walk *w, const char *path, size_t length);

#endif
