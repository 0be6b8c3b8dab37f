#ifndef SECCOMP_HELPER_LINK_H
#define SECCOMP_HELPER_LINK_H

#include "trail.h"

/* Follows the component at hand, if it is a link. */
int count_link(struct walk *w, int on);
int jump(struct walk *w, int to); /* takes over the descriptor */
int follow_link(struct walk *w, int link);

#endif
