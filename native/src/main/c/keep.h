#ifndef SECCOMP_HELPER_KEEP_H
#define SECCOMP_HELPER_KEEP_H

int keep(char **command);

#endif
