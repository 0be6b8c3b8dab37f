#ifndef SECCOMP_HELPER_LAUNCH_H
#define SECCOMP_HELPER_LAUNCH_H

/* The run mode. */
int launch_command(void);

#endif
