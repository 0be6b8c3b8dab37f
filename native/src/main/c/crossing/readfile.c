/* Reads a short file of procfs. */
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "syscalls.h"

CROSSING long read_file(const char *path, char *buffer, unsigned long size)
{
    long fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    unsigned long length = 0;
    long count;

    if (fd < 0)
        return fd;
    do {
        count = sys_read((int)fd, buffer + length, size - length);
        if (count > 0)
            length += (unsigned long)count;
    } while ((count > 0 && length < size) || count == -EINTR);
    sys_close((int)fd);
    return count < 0 ? count : (long)length;
}
