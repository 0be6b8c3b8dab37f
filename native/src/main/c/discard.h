#ifndef SECCOMP_HELPER_DISCARD_H
#define SECCOMP_HELPER_DISCARD_H

/* The helper closes for its workers what takes long to close, so that nobody waits for that. */
void prepare_discard(void);

/* Takes the descriptor over. It must be one whose close cannot last for ever. */
void discard(int fd);

/* The helper's end: a descriptor to wait for. Gives -1 if there is none. */
int discarded(void);
void take_discarded(void);

/* Closes what was taken a moment ago. Gives in how many milliseconds to call it again, or -1. */
int close_discarded(void);

#endif
