#ifndef SECCOMP_HELPER_STORE_H
#define SECCOMP_HELPER_STORE_H

#include <stddef.h>

/* As in systemd's LISTEN_FDS. */
#define FIRST_KEPT_FD 3

void open_store(void);

/*
 * Keeps all of them, or drops all with EMFILE.
 */
int store(const char *name, const int *fds, size_t count);
void remove_stored(const char *name);
size_t count_stored(void);

/* A descriptor that no other one of the store will have, so that it is no hindrance to line_up_stored. */
int move_above_store(int fd);

/*
 * For a child: the stored descriptors, and no others, become those from FIRST_KEPT_FD on, to be inherited. Returns
 * their names, with colons between.
 */
const char *line_up_stored(void);

#endif
