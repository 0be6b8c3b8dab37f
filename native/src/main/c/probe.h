#ifndef SECCOMP_HELPER_PROBE_H
#define SECCOMP_HELPER_PROBE_H

/*
 * Installs a filter and returns its listener. The one notified call must have no effect and a known result: getppid.
 * flags: further ones of SECCOMP_SET_MODE_FILTER
 */
int notify_getppid(unsigned long flags);

/* The probe mode. */
int probe_agent(void);

#endif
