/* The descriptors of a worker, and how they are named. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "ownfd.h"

struct own_name own_name(int fd)
{
    struct own_name name;

    snprintf(name.path, sizeof name.path, "self/fd/%d", fd);
    return name;
}

const char *name_below_root(int fd)
{
    static char name[PATH_MAX];
    ssize_t length = readlinkat(PROC_FD, own_name(fd).path, name, sizeof name - 1);

    name[length < 0 ? 0 : length] = '\0';
    return length < 0 ? NULL : name;
}
