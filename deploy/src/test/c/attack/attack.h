/* What the attacks share: a count of what was seen, and the mounts that were not there at the beginning. */
#ifndef ATTACK_H
#define ATTACK_H

/* One more of something; report prints each once, with how often it was seen. */
void saw(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report(void);

/* Remembers the mounts that there are now, by id. */
void remember_mounts(void);

struct seen_mount {
    unsigned id;
    char place[256], type[32], options[256]; /* those of the file system */
};
/* Finds mounts that are not among those; gives how many. Counts how many of the remembered are missing. */
int new_mounts(struct seen_mount *found, int most, int *missing);

/* Takes off all new ones, as an agent grants it. Gives how many there were. */
int take_off_new_mounts(void);

/* Takes the requests of a FUSE and answers none but those without which there is no mount, until it is taken off. */
void serve_silent_fuse(int device);

void start_thread(void *(*run)(void *), void *argument);
void fail(const char *what) __attribute__((noreturn));

#endif
