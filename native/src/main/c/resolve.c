/* Paths are resolved here and nowhere else, by a worker that is the caller. */
#include "helper.h"
#include "kernel.h"

int resolve_directory(int directory, const char *path)
{
    return sys_openat2(directory, path, O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS);
}

int resolve_parent(int directory, const char *path)
{
    if (path == NULL || *path == '\0')
        return fcntl(directory, F_DUPFD_CLOEXEC, 0);
    return resolve_directory(directory, path);
}
