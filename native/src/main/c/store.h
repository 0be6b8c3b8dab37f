#ifndef SECCOMP_HELPER_STORE_H
#define SECCOMP_HELPER_STORE_H

#include <stdbool.h>
#include <stddef.h>

/* As in systemd's LISTEN_FDS. */
#define FIRST_KEPT_FD 3

void open_store(void);

/* Keeps all of them, or drops all with EMFILE. */
int store(const char *name, const int *fds, size_t count);
void remove_stored(const char *name);
void remove_all_stored(void);
size_t count_stored(void);

/* Moves on to a descriptor that is stored, this one or the next; false if there is none. */
bool next_stored(int *fd);
const char *name_of_stored(int fd);

/* Whether another keeper has it too. */
bool is_copied(int fd);
void set_copied(int fd, bool copied);

/* A descriptor that no other one of the store will have, so that it is no hindrance to line_up_stored. */
int move_above_store(int fd);

/*
 * For a child: the stored descriptors, and no others, become those from FIRST_KEPT_FD on, to be inherited. Returns
 * their names, with colons between.
 */
const char *line_up_stored(void);

#endif
