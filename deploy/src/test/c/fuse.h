/* What programs share that are the daemon of a FUSE file system. */
#ifndef FUSE_H
#define FUSE_H

#include <errno.h>
#include <linux/fuse.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/uio.h>

/* An error has no data. It is no mistake if the request is over by now. */
static inline void reply(int device, uint64_t unique, int error, const void *data, size_t size)
{
    struct fuse_out_header header = {.len = sizeof header + (error ? 0 : size), .error = error, .unique = unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)data, error ? 0 : size}};

    if (writev(device, parts, 2) < 0 && errno != ENOENT)
        perror("reply");
}

#endif
