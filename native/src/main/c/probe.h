#ifndef SECCOMP_HELPER_PROBE_H
#define SECCOMP_HELPER_PROBE_H

/* The probe mode. */
int probe_agent(void);

#endif
