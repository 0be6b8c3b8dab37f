#ifndef SECCOMP_HELPER_CORPSE_H
#define SECCOMP_HELPER_CORPSE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whether a child runs no code of its own any more. Then the status is the one that wait will tell, perhaps much later.
 */
bool is_dying(pid_t pid, int *status);

/*
 * Kills the processes that wait for the end of such an agent to accept or receive no more: its files stay open. Others
 * can be spared: those that a later agent gets by what is stored.
 */
void kill_left(pid_t corpse, bool spares_kept);

#endif
