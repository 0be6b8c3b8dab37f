#ifndef SECCOMP_HELPER_LAYERS_H
#define SECCOMP_HELPER_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

#include "request.h"

/*
 * Has the options of an overlay name the layers so that the kernel finds them; the length of the first of some options.
 */
bool is_overlay(const struct call *call);
int name_layers(struct call *call);
size_t option_length(const struct call *call, const char *options);

#endif
