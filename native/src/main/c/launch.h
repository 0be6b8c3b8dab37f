#ifndef SECCOMP_HELPER_LAUNCH_H
#define SECCOMP_HELPER_LAUNCH_H

#include <stdbool.h>

/* The run mode, or with `here` the record mode: the command is in no container, and is run as the agent is. */
int launch_command(bool here);

#endif
