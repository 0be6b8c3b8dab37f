#ifndef SECCOMP_HELPER_DROP_H
#define SECCOMP_HELPER_DROP_H

/* Closes a descriptor without waiting for what that takes. */
void drop(int fd);

#endif
