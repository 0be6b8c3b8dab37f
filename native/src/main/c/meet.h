#ifndef SECCOMP_HELPER_MEET_H
#define SECCOMP_HELPER_MEET_H

#include <stdbool.h>

/* The SOCK_SEQPACKET sockets at which one keeper takes over from another one. The path may be longer than an address.
 */
int connect_to_keeper(const char *path);

/* Whether only root or this user can put something else in the place of a socket. */
bool is_safe_folder(const char *path);

/* Only root can connect, from the instant that the path exists. A socket that nobody listens on is replaced. */
int listen_for_keepers(const char *path);

#endif
