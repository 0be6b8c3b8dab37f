#ifndef SECCOMP_HELPER_PEER_H
#define SECCOMP_HELPER_PEER_H

#include <stdbool.h>

/* Whether who connected has CAP_SYS_ADMIN in this user namespace, and connected as root of it. */
bool is_peer_administrator(int connection);

#endif
