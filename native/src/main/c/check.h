#ifndef SECCOMP_HELPER_CHECK_H
#define SECCOMP_HELPER_CHECK_H

#include <stdbool.h>

#include "place.h"
#include "request.h"

/* Whether the agent wants to be asked. */
bool is_checked(const struct call *call);

/*
 * Asks the agent, if it wants that, whether the call may act on these places. The second one may be NULL. Gives -1 with
 * an errno if the call may not.
 */
int check_places(const struct call *call, const struct place *first, const struct place *second);
int check_object(const struct call *call, int object);
/* The same for a call that always fails if a name names nothing. Then nobody is asked. */
int check_names(const struct call *call, const struct place *first, const struct place *second);

/* Whether a last component is "." or "..", or there is none, whatever slashes follow. */
bool names_nothing(const char *last);

#endif
