#ifndef SECCOMP_HELPER_LAYERS_H
#define SECCOMP_HELPER_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"

bool is_overlay(const struct call *call);
/* Rewrites the options of an overlay so that the kernel finds the layers. */
int name_layers(struct call *call);
/* Whether an option, also of another file system, names something that the kernel looks up from the cwd. */
bool has_relative_path(const struct call *call);
/* The length of the first of some options. */
size_t option_length(const struct call *call, const char *options);

#endif
