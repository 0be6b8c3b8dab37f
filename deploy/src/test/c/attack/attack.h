/* What the attacks share: counts of what was seen, and a list of mounts that are new. */
#ifndef ATTACK_H
#define ATTACK_H

/* Counts one more of something. report prints each thing once, with its count. */
void saw(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report(void);

/* Remembers the mounts that exist now, by id. */
void remember_mounts(void);

struct seen_mount {
    unsigned id;
    char place[256], type[32], options[256]; /* those of the file system */
};
/* Finds mounts that were not remembered, and returns how many. Counts how many remembered ones are missing. */
int new_mounts(struct seen_mount *found, int most, int *missing);

/* Takes off all new mounts, as the agent grants it. Returns how many there were. */
int take_off_new_mounts(void);

/* Takes the requests of a FUSE until it is taken off. Answers only those that a mount needs. */
void serve_silent_fuse(int device);

void exchange_names(const char *one, const char *other);

/* A thread writes the paths to the memory, one after the other and all again, at uneven times. To be called once. */
void start_flipping(char *memory, const char *const *paths, unsigned count);

void start_thread(void *(*run)(void *), void *argument);
void fail(const char *what) __attribute__((noreturn));

#endif
