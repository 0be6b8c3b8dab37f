#ifndef SECCOMP_HELPER_CONFINE_H
#define SECCOMP_HELPER_CONFINE_H

/* Leaves this process and its children no call but those that an fsopen in a child takes. */
int confine(void);

#endif
