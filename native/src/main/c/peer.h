#ifndef SECCOMP_HELPER_PEER_H
#define SECCOMP_HELPER_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whether who connected has CAP_SYS_ADMIN in this user namespace, and connected as root of it. */
bool is_peer_administrator(int connection);

/*
 * A pidfd of the process that sent something as this uid; -1 if it is none that would pass as a peer, or if it is gone.
 * Another process cannot have got its number meanwhile if it had started before, at a time as ticks_now() has it.
 */
int open_administrator(pid_t pid, uid_t uid, uint64_t before);

#endif
