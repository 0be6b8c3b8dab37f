/* Reads the state of a thread, proc_pid_stat(5). */
#include <linux/errno.h>

#include "syscalls.h"

/* The name may hold anything, and all behind it are numbers. */
CROSSING long read_state(int fd)
{
    char bytes[1024];
    long length = sys_pread(fd, bytes, sizeof bytes, 0), at = length - 1;

    if (length < 0)
        return length;
    while (at >= 0 && bytes[at] != ')')
        at--;
    return at >= 0 && at + 2 < length ? (unsigned char)bytes[at + 2] : -EIO;
}
