#ifndef SECCOMP_HELPER_CONFINE_H
#define SECCOMP_HELPER_CONFINE_H

/* Forbids this process and its children all calls except those that an fsopen in a child needs. */
int confine(void);

#endif
