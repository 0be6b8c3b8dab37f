#ifndef SECCOMP_HELPER_CAPABILITY_H
#define SECCOMP_HELPER_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"

/* Sets of capabilities. */
struct capabilities {
    uint64_t effective, permitted, inheritable;
};
int get_capabilities(struct capabilities *out);
int set_capabilities(const struct capabilities *wanted);

int raise_capability(int capability);
int keep_only_capability(int capability);
int lower_capabilities(const struct call *call); /* to those of the caller */
bool is_administrator(const struct call *call);

#endif
